"""The guided form of a Praxisbericht: three sections, every number may stay empty."""

import hashlib
import json
from typing import Any

from django import forms

from catalogue.actions.practice import CONTENT
from catalogue.models import PracticeReport

SECTIONS = (
    ("Dauer, Aufwand und Kosten", "Was Sie nicht wissen, lassen Sie leer.",
     ("duration_months", "effort_days", "cost_from", "cost_to")),
    ("Was andere wissen sollten", "Kurze Sätze oder Stichpunkte genügen. Bitte keine Namen von Personen.",
     ("helped", "hurt")),
    ("Kontakt", "Diese Angabe steht öffentlich im Bericht.", ("contact",)),
)  # fmt: skip


def fingerprint(report: PracticeReport | None) -> str:
    """Tells whether a colleague saved between reading and writing."""
    content = [getattr(report, name) for name in CONTENT] if report else []
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]


class PracticeReportForm(forms.ModelForm):
    read = forms.CharField(max_length=24, required=False, widget=forms.HiddenInput)

    class Meta:
        model = PracticeReport
        fields = CONTENT
        widgets = {"helped": forms.Textarea(attrs={"rows": 5}), "hurt": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "duration_months": "Von der Entscheidung bis zum Produktivbetrieb, in ganzen Monaten.",
            "effort_days": "Arbeitstage Ihrer eigenen Leute, geschätzt.",
            "cost_from": "Einmalige Kosten ohne eigenes Personal, in Euro. Eine Spanne genügt.",
            "cost_to": "Gleich wie oben, wenn Sie den Betrag genau kennen.",
            "helped": "Zum Beispiel: eine Schulung, ein Ansprechpartner beim IT-Dienstleister, ein Beschluss.",
            "hurt": "Zum Beispiel: fehlende Schnittstellen, Abstimmungen, unerwartete Kosten.",
            "contact": "Ein Amt oder eine Sammeladresse, zum Beispiel: digital@musterstadt.example.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["read"] = fingerprint(self.instance if self.instance.pk else None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("cost_from"), cleaned.get("cost_to")
        if low is not None and high is not None and high < low:
            self.add_error("cost_to", "Der obere Betrag ist kleiner als der untere.")
        return cleaned

    def content(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CONTENT}

    def sections(self) -> list[dict[str, Any]]:
        return [
            {"title": title, "hint": hint, "fields": [self[name] for name in names]} for title, hint, names in SECTIONS
        ]
