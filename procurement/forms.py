"""The forms of the procurement officers."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError

from members.staff_pages import https_first
from procurement.models import Clarification, MarketExploration, Tender

CONTENT = (
    "title", "slug", "summary", "need", "fields_of_action", "buyer", "joint_buyers", "region", "contact",
    "legal_basis", "cpv_main", "cpv_further", "questions_due_at", "responses_due_at",
)  # fmt: skip
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
Status = Tender.Status
BEFORE_AWARD = (Status.PLANNED, Status.ANNOUNCED, Status.EVALUATION, Status.CANCELLED)
AFTER_AWARD = (Status.AWARDED, Status.RUNNING, Status.COMPLETED, Status.CANCELLED)


class StampedForm(forms.ModelForm):
    """Remembers when its row was last changed, so that nobody overwrites somebody else's work silently."""

    read = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "read" in self.fields:
            self.initial["read"] = self.stamp

    @property
    def stamp(self) -> str:
        return self.instance.changed_at.isoformat() if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.pk and data.get("read") != self.stamp:
            raise ValidationError(
                "Inzwischen hat jemand anderes gespeichert. Ihre Eingaben stehen noch da, gespeichert sind sie nicht. "
                "Bitte öffnen Sie die Seite in einem neuen Fenster und vergleichen Sie."
            )
        return data


class ExplorationForm(StampedForm):
    class Meta:
        model = MarketExploration
        fields = (*CONTENT, "solutions", "source", "is_fictitious")
        help_texts = {
            "need": "Markdown. Für alle gleich: was gebraucht wird, nicht wer es liefern soll.",
            "cpv_main": "Acht Ziffern ohne Prüfziffer.",
            "cpv_further": "Mehrere mit Komma trennen.",
            "contact": "Wohin Unternehmen ihre Rückmeldung richten.",
            "responses_due_at": "Nach der Veröffentlichung lässt sich die Frist nur verlängern.",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        questions, responses = data.get("questions_due_at"), data.get("responses_due_at")
        if questions and "responses_due_at" in self.fields and (not responses or questions > responses):
            self.add_error("questions_due_at", "Die Frist für Fragen endet spätestens mit der für Rückmeldungen.")
        return data


class ClarificationForm(StampedForm):
    class Meta:
        model = Clarification
        fields = ("exploration", "question", "answer", "asked_by")
        help_texts = {
            "question": "So, dass niemand erkennt, wer gefragt hat. Sie wird wörtlich veröffentlicht.",
            "asked_by": "Nur für die Vergabeakte. Erscheint nirgends.",
        }


class TenderForm(StampedForm):
    class Meta:
        model = Tender
        formfield_callback = https_first
        fields = (
            "title", "slug", "summary", "buyer", "fields_of_action", "status", "procedure", "procedure_note",
            "cpv_codes", "lots", "sovereignty_criteria", "notice_id", "notice_url", "announced_on", "explorations",
            "solutions", "source", "is_fictitious",
        )  # fmt: skip
        help_texts = {
            "cpv_codes": "Mehrere mit Komma trennen.",
            "status": "Den Zuschlag erfassen Sie mit der Schaltfläche oben.",
            "notice_url": "Zur Bekanntmachung auf der Vergabeplattform. Angebote nehmen wir nicht an.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:
            allowed = AFTER_AWARD if self.instance.awarded_at else BEFORE_AWARD
            self.fields["status"].choices = [(status.value, status.label) for status in allowed]


class DeadlineForm(forms.Form):
    responses_due_at = forms.DateTimeField(label="Rückmeldungen bis", widget=MOMENT)
    questions_due_at = forms.DateTimeField(
        label="Fragen bis", widget=MOMENT, required=False, help_text="Leer lassen: bleibt wie bisher."
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Grund", widget=AdminTextareaWidget(attrs={"rows": 4}), max_length=2000,
        help_text="Wird veröffentlicht.",
    )  # fmt: skip


class ResultForm(forms.Form):
    result_summary = forms.CharField(
        label="Ergebnis", widget=AdminTextareaWidget(attrs={"rows": 10}), max_length=20000,
        help_text="Markdown, ohne Namen der Teilnehmenden und ohne Geschäftsgeheimnisse.",
    )  # fmt: skip


class AwardForm(forms.Form):
    award_note = forms.CharField(
        label="Zuschlag", max_length=300, required=False, widget=AdminTextInputWidget,
        help_text="An wen, wofür: so, wie es bekannt gemacht ist.",
    )  # fmt: skip
    awarded_at = forms.DateTimeField(label="Erteilt am", widget=MOMENT, required=False, help_text="Leer lassen: jetzt.")
