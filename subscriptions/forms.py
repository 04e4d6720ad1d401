"""The form by which one subscribes. Its field names are the parameters of the address, so they are German."""

from typing import Any

from django import forms
from django.http import QueryDict

from catalogue.models import FieldOfAction, Solution
from members.models import Region
from members.region_search import resolve
from subscriptions import wording
from subscriptions.actions import Wish
from subscriptions.addresses import LONGEST, plain_address
from subscriptions.models import NewsKind, Subscription

ADDRESS_HINT = "An diese Adresse senden wir zuerst eine Mail mit einem Link zum Bestätigen."
REGION_HINT = "Ort, Kreis, Land oder Postleitzahl. Ohne Angabe erfahren Sie von Neuigkeiten aus ganz Deutschland."


def find_region(text: str) -> tuple[Region | None, list[Region]]:
    """The one region that is meant, or those to choose from. Keys in addresses work, `de` included."""
    if text.lower() == "de":
        return Region.objects.valid().filter(key="").first(), []
    found = resolve(text)
    return found.region, found.choices


class SubscribeForm(forms.Form):
    email = forms.CharField(
        label="E-Mail-Adresse", max_length=LONGEST, help_text=ADDRESS_HINT,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Bitte geben Sie Ihre E-Mail-Adresse ein."},
    )  # fmt: skip
    region = forms.CharField(label="Region", max_length=120, required=False, help_text=REGION_HINT)
    region_key = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)  # chosen among namesakes
    loesung = forms.CharField(label="Lösung", max_length=80, required=False, widget=forms.HiddenInput)
    neuigkeit = forms.MultipleChoiceField(
        label="Was möchten Sie erfahren?", choices=list(wording.KINDS.items()), required=False,
        widget=forms.CheckboxSelectMultiple, initial=NewsKind.values,
    )  # fmt: skip
    handlungsfeld = forms.MultipleChoiceField(
        label="Nur diese Handlungsfelder", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Ohne Auswahl: alle.",
    )  # fmt: skip
    richtung = forms.MultipleChoiceField(
        label="Was gehört zu Ihrer Region?", choices=list(wording.DIRECTIONS.items()), required=False,
        widget=forms.CheckboxSelectMultiple, initial=Subscription.Direction.values,
    )  # fmt: skip
    haeufigkeit = forms.ChoiceField(
        label="Wie oft?", choices=list(wording.FREQUENCIES.items()), required=False, widget=forms.RadioSelect,
        initial=Subscription.Frequency.AT_ONCE,
    )  # fmt: skip
    organisation = forms.CharField(
        label="Ihre Organisation", max_length=200, required=False,
        help_text="Hilft uns zu verstehen, wer mitliest. Sie erscheint nirgends.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    optionen = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput, initial="1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about_region: Region | None = None  # what the page is about, as far as it is known
        self.about_solution: Solution | None = None
        self.region_choices: list[Region] = []
        self.fields["handlungsfeld"].choices = list(FieldOfAction.objects.values_list("slug", "name"))

    @classmethod
    def asked_by(cls, query: QueryDict) -> "SubscribeForm":
        """Filled in by the address of the page; what it does not know is left out, never an error."""
        form = cls()
        form.about_region, _ = find_region(query.get("region", "")[:120])
        if form.about_region:
            form.initial |= {"region": form.about_region.label, "region_key": form.about_region.address_key}
        form.about_solution = _published(query.get("loesung", ""))
        if form.about_solution:
            form.initial["loesung"] = form.about_solution.slug
        for name in ("handlungsfeld", "neuigkeit"):
            known = dict(form.fields[name].choices)
            if asked := [value for value in query.getlist(name) if value in known]:
                form.initial[name] = asked
        return form

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])

    def clean_loesung(self) -> Solution | None:
        slug = self.cleaned_data["loesung"]
        self.about_solution = _published(slug)
        if slug and self.about_solution is None:
            raise forms.ValidationError("Diese Lösung steht nicht (mehr) im Katalog.")
        return self.about_solution

    def clean_neuigkeit(self) -> list[str]:
        """Nothing said is everything; every box emptied by hand is a mistake."""
        if not self.cleaned_data["neuigkeit"] and self.data.get("optionen"):
            raise forms.ValidationError("Bitte wählen Sie mindestens eine Art von Neuigkeiten.")
        return self.cleaned_data["neuigkeit"] or NewsKind.values

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = cleaned.get("region", "")
        if isinstance(typed, str):
            cleaned["region"] = self._region_of(typed, cleaned.get("region_key", "")) if typed else None
        if cleaned.get("region") and not cleaned.get("richtung", True) and self.data.get("optionen"):
            self.add_error("richtung", "Bitte wählen Sie mindestens eine Möglichkeit.")
        return cleaned

    def _region_of(self, typed: str, key: str) -> Region | None:
        """By what was typed; `key` decides between namesakes, and only between them."""
        known = Region.objects.valid().canonical().filter(key="" if key == "de" else key, label=typed).first()
        region, choices = (known, []) if key and known else find_region(typed)
        region = region or next((one for one in choices if one.address_key == key), None)
        if region:
            return region
        self.region_choices = choices
        self.add_error(
            "region",
            "Diesen Namen gibt es mehrmals. Bitte wählen Sie eine Region aus."
            if choices
            else "Diese Region haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise.",
        )
        return None

    @property
    def wish(self) -> Wish:
        """What a valid form asks for."""
        cleaned = self.cleaned_data
        return Wish(
            kinds=cleaned["neuigkeit"],
            region=cleaned["region"],
            directions=cleaned["richtung"] or Subscription.Direction.values,
            fields_of_action=cleaned["handlungsfeld"],
            solution=cleaned["loesung"],
            frequency=cleaned["haeufigkeit"] or Subscription.Frequency.AT_ONCE,
        )

    @property
    def is_unfolded(self) -> bool:
        """The options are shown at once where one of them needs a look: an error, or a choice that came along."""
        options = ("neuigkeit", "handlungsfeld", "richtung", "haeufigkeit", "organisation")
        return any(name in self.errors for name in options) or "neuigkeit" in self.initial


def _published(slug: str) -> Solution | None:
    return Solution.objects.published().filter(slug=slug.replace("\0", "")[:80]).first() if slug else None
