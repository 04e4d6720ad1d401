from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from catalogue.actions import keep_synonym
from catalogue.models import Synonym
from catalogue.search import keys_of


class SynonymForm(forms.ModelForm):
    class Meta:
        model = Synonym
        fields = ("words", "narrower")

    def clean_words(self) -> list[str]:
        words = [word for word in self.cleaned_data["words"] if word.strip()]
        if not keys_of(words):
            raise ValidationError("Bitte geben Sie mindestens ein Wort aus Buchstaben oder Ziffern an.")
        return words


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """What the search takes for the same; changes hold at once."""

    form = SynonymForm
    list_display = ("__str__", "also_found")
    search_fields = ("words", "narrower")
    search_help_text = "Wort oder Teil eines Wortes"
    list_per_page = 50

    @admin.display(description="findet auch")
    def also_found(self, synonym: Synonym) -> str:
        return ", ".join(synonym.narrower)

    def save_model(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> None:
        keep_synonym(words=obj.words, narrower=obj.narrower, by=request.user, synonym=obj)  # type: ignore[arg-type]  # staff is logged in
