"""Reporting use or interest: three fields. Field names are parameters of the address, so they are German."""

from typing import Any

from django import forms

from catalogue.models import Solution, UseReport
from catalogue.places import point_of_view
from members.addresses import LONGEST, plain_address
from members.models import Organisation, OrganisationUser, Region, User

KINDS = {"nutzung": UseReport.Kind.USE, "interesse": UseReport.Kind.INTEREST}
CONSENT = "Auch unser Interesse darf im Katalog stehen, bevor etwas vereinbart ist."
CONSENT_HINT = "Ohne Ihr Einverständnis zeigen wir eine Kommune erst, wenn die Nachnutzung vereinbart ist."


def organisations_of(user: Any) -> list[Organisation]:
    """Those that this person may speak for."""
    if not user.is_authenticated:
        return []
    roles = (OrganisationUser.Role.EDITOR, OrganisationUser.Role.OWNER)
    rows = OrganisationUser.objects.filter(user=user, role__in=roles).select_related("organisation__region__canonical")
    return [row.organisation for row in rows.order_by("organisation__name", "pk")]


class UseReportForm(forms.Form):
    art = forms.ChoiceField(
        label="Was möchten Sie melden?", choices=[(name, kind.label) for name, kind in KINDS.items()],
        widget=forms.RadioSelect, error_messages={"required": "Bitte wählen Sie aus, was Sie melden."},
    )  # fmt: skip
    organisation = forms.ChoiceField(label="Ihre Organisation")
    region = forms.CharField(
        label="Ihre Kommune oder Region", max_length=120, help_text="Ort, Kreis, Land oder Postleitzahl",
        error_messages={"required": "Bitte geben Sie an, wo die Lösung genutzt wird oder genutzt werden soll."},
    )  # fmt: skip
    region_key = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)  # chosen among namesakes
    email = forms.CharField(
        label="Dienstliche E-Mail-Adresse", max_length=LONGEST,
        help_text="Sie wird nicht veröffentlicht. Wir senden Ihnen einen Link zum Bestätigen.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Bitte geben Sie Ihre E-Mail-Adresse ein."},
    )  # fmt: skip
    anmerkung = forms.CharField(
        label="Anmerkung", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Zum Beispiel: seit wann, in welchem Umfang, welche Frage Sie haben. Nur das Campus-Team liest sie.",
    )  # fmt: skip
    zeigen = forms.BooleanField(label=CONSENT, required=False, help_text=CONSENT_HINT)

    def __init__(self, *args: Any, user: User | Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region_choices: list[Region] = []
        self.organisations = {one.slug: one for one in organisations_of(user)}
        if self.organisations:  # known already: no address to type, no mail to confirm
            del self.fields["email"]
            self.fields["organisation"].choices = [(slug, one.name) for slug, one in self.organisations.items()]
        else:
            del self.fields["organisation"]

    @classmethod
    def asked_by(cls, query: Any, user: User | Any) -> "UseReportForm":
        """Filled in by the address of the page; what it does not know is left out, never an error."""
        form = cls(user=user)
        if query.get("art") in KINDS:
            form.initial["art"] = query["art"]
        region = point_of_view(query.get("fuer", "")).region
        homes = [one.region for one in form.organisations.values() if one.region]
        if region or homes:
            form.initial["region"] = (region or homes[0].counted()).label
            form.initial["region_key"] = (region or homes[0].counted()).address_key
        return form

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = cleaned.get("region")
        if typed:
            cleaned["region"] = self._region_of(typed, cleaned.get("region_key", ""))
        return cleaned

    def _region_of(self, typed: str, key: str) -> Region | None:
        """By what was typed; `key` decides between namesakes, and only between them."""
        by_key = point_of_view(key).region if key else None
        if by_key and by_key.label == typed:
            return by_key
        meant = point_of_view(typed)
        region = meant.region or next((one for one in meant.choices if one.address_key == key), None)
        if region:
            return region
        self.region_choices = list(meant.choices)
        self.add_error(
            "region",
            "Diesen Namen gibt es mehrmals. Bitte wählen Sie eine Region aus."
            if meant.choices
            else "Diese Region haben wir nicht gefunden. Bitte prüfen Sie die Schreibweise.",
        )
        return None

    def said(self, solution: Solution, user: User | Any) -> dict[str, Any]:
        """What a valid form says, as the verb takes it."""
        cleaned = self.cleaned_data
        organisation = self.organisations.get(cleaned.get("organisation", ""))
        return {
            "solution": solution,
            "region": cleaned["region"],
            "kind": KINDS[cleaned["art"]],
            "email": cleaned.get("email") or user.email,
            "note": cleaned["anmerkung"],
            "may_be_shown": cleaned["zeigen"],
            "by": user if organisation else None,
            "organisation": organisation,
        }
