"""The guided form of an organisation: plain questions, each of which is a part of a solution's content."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import URLValidator

from catalogue.content import Content, empty_content
from catalogue.forms.revisions import LinesField
from catalogue.models import FieldOfAction, Solution, SolutionOrganisation
from members.models import Organisation

STEPS = (
    ("Worum geht es?", ("title", "summary", "description", "benefits", "fields_of_action", "levels")),
    ("Wer steht dahinter?", ("role", "contact_name", "contact_email", "contact_phone")),
    (
        "Wie kommt man dazu?",
        ("operating_models", "licence", "source_url", "website_url", "documentation_url", "cost_note"),
    ),
    ("Daten und Technik", ("hosting", "data_location", "standards", "is_ai", "ai_risk", "accessibility_url")),
)
TAKEN_OVER = (
    "title", "summary", "description", "benefits", "levels", "operating_models", "licence", "source_url",
    "website_url", "documentation_url", "cost_note", "hosting", "data_location", "standards", "is_ai", "ai_risk",
    "accessibility_url",
)  # fmt: skip
Role = SolutionOrganisation.Role
ROLES = (
    (Role.OWNER, "Sie gehört uns (Träger)"),
    (Role.OPERATOR, "Wir betreiben sie (Betreiber)"),
    (Role.PROVIDER, "Wir bieten sie an (Anbieter)"),
)


def _text(label: str, longest: int, hint: str = "", rows: int = 0, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, help_text=hint, widget=widget, required=False, **more)


def _address(label: str) -> forms.URLField:
    return forms.URLField(
        label=label, max_length=200, required=False, assume_scheme="https", validators=[URLValidator(["https", "http"])]
    )


def _several(label: str, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class ProposalForm(forms.Form):
    """Name and one sentence are enough for a draft; what else is missing the page of the organisation says."""

    title = _text("Name der Lösung", 120)
    summary = _text("In einem Satz", 150, "Höchstens 150 Zeichen: Was leistet die Lösung für wen?")
    description = _text("Was leistet sie?", 20_000, "Eine Leerzeile beginnt einen Absatz, „- “ eine Liste.", rows=8)
    benefits = _text("Welchen Nutzen hat sie?", 10_000, rows=4)
    fields_of_action = forms.ModelMultipleChoiceField(
        label="Handlungsfelder", queryset=FieldOfAction.objects.all(), to_field_name="slug", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    levels = _several("Für wen ist sie gedacht?", Solution.Level)
    role = forms.ChoiceField(label="Was haben Sie mit ihr zu tun?", choices=ROLES, widget=forms.RadioSelect)
    contact_name = _text("Ansprechperson oder Stelle", 150, "Steht öffentlich auf der Seite der Lösung.")
    contact_email = forms.EmailField(label="E-Mail der Ansprechperson", max_length=254, required=False)
    contact_phone = _text("Telefon der Ansprechperson", 40)
    operating_models = _several("Wie wird sie betrieben?", Solution.OperatingModel)
    licence = _text("Lizenz", 60, "Kürzel nach SPDX, zum Beispiel EUPL-1.2. Ohne freie Lizenz: proprietary.")
    source_url = _address("Quellcode")
    website_url = _address("Website")
    documentation_url = _address("Dokumentation")
    cost_note = _text("Was kostet sie?", 5_000, rows=3)
    hosting = _text("Wer betreibt sie wo?", 200)
    data_location = _text("Wo liegen die Daten?", 200)
    standards = LinesField(
        label="Schnittstellen und Standards", longest=60, help_text="Je Zeile einer, zum Beispiel FIT-Connect.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    is_ai = forms.BooleanField(label="Sie ist ein KI-System", required=False)
    ai_risk = forms.ChoiceField(
        label="Risikoklasse (KI-Verordnung)", required=False, choices=[("", "keine Angabe"), *Solution.AiRisk.choices]
    )
    accessibility_url = _address("Erklärung zur Barrierefreiheit")
    read = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)

    def __init__(self, data: Any = None, *, organisation: Organisation, content: Content, read: str = "") -> None:
        self.organisation, self.base = organisation, empty_content() | content
        super().__init__(data, initial=self._answers() | {"read": read})
        for name in ("title", "summary"):
            self.fields[name].required = True

    def steps(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for title, names in STEPS:
            yield title, [self[name] for name in names]

    def content(self) -> Content:
        """The content as it was, with these answers in place; what the form does not ask stays."""
        data = self.cleaned_data
        found = self.base | {name: data[name] for name in TAKEN_OVER}
        found["fields_of_action"] = sorted(field.slug for field in data["fields_of_action"])
        own = {"organisation": self.organisation.slug, "role": data["role"]}
        others = [row for row in self.base["organisations"] if not self._is_own(row)]
        return found | {"organisations": [own, *others], "contacts": self._contacts()}

    def _contacts(self) -> list[Content]:
        data = self.cleaned_data
        first, *others = self.base["contacts"] or [{}]
        if not any(data[f"contact_{name}"] for name in ("name", "email", "phone")):
            return others
        asked = {name: data[f"contact_{name}"] for name in ("name", "email", "phone")}
        asked["name"] = asked["name"] or self.organisation.name[:150]
        blank = {"organisation": self.organisation.name, "url": "", "review_due": None}
        return [blank | first | asked, *others]

    def _answers(self) -> dict[str, Any]:
        contact = (self.base["contacts"] or [{}])[0]
        own = [row["role"] for row in self.base["organisations"] if self._is_own(row)]
        return (
            {name: self.base[name] for name in (*TAKEN_OVER, "fields_of_action")}
            | {f"contact_{name}": contact.get(name, "") for name in ("name", "email", "phone")}
            | {"role": own[0] if own else ""}
        )

    def _is_own(self, row: Content) -> bool:
        """The row of the organisation that this form asks about; it may have others, as a scaling partner."""
        return row["organisation"] == self.organisation.slug and row["role"] in dict(ROLES)
