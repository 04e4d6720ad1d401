"""Recording a transfer, moving it and describing it. Writing is left to the verbs, after a second look."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue.models import ReusePath, Solution, Transfer, TransferContact
from members.addresses import LONGEST, plain_address
from members.models import Organisation, Region
from members.staff_pages import Chosen

Stage, Verification = Transfer.Stage, Transfer.Verification
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
DETAILS = ("live_since", "live_since_precision", "from_transfer", "scaling_partner", "scope", "source", "is_public",
           "consent_by", "consent_on")  # fmt: skip


def chosen_from(name: str) -> Chosen:
    return Chosen(Transfer._meta.get_field(name), admin.site)


def same_transfer(solution: Solution, region: Region, organisation: Organisation | None) -> Transfer | None:
    """The open transfer that recording these three again would double."""
    found = Transfer.objects.open().filter(solution=solution, region=region.counted(), organisation=organisation)
    return found.select_related("solution", "region").first()


def already_recorded(transfer: Transfer) -> SafeString:
    """The error that names the transfer and leads to it."""
    return format_html(
        "Das ist schon erfasst: <a href=\"{}\">{} ({}, {})</a>. Bitte führen Sie dort den Stand weiter.",
        reverse("admin:catalogue_transfer_change", args=[transfer.pk]), transfer,
        transfer.get_stage_display(), transfer.get_verification_display(),
    )  # fmt: skip


class CarriedForm(forms.Form):
    """A form that is shown a second time before it acts: hidden fields carry its data, and it is validated again."""

    def carried(self) -> list[SafeString]:
        return [field.as_hidden() for field in self]

    def check_evidence(self, data: dict[str, Any]) -> None:
        if data.get("verification") == Verification.VERIFIED and not data.get("evidence"):
            self.add_error(
                "evidence", "„bestätigt“ braucht einen Nachweis: Link, Aktenzeichen oder wer es bestätigt hat."
            )


class StateForm(CarriedForm):
    """Where a transfer is now, and how we know."""

    stage = forms.ChoiceField(label="Stand", choices=[("", "---------"), *Stage.choices])
    verification = forms.ChoiceField(label="Prüfstatus", choices=[("", "---------"), *Verification.choices])
    evidence = forms.CharField(
        label="Nachweis", max_length=500, required=False, widget=AdminTextInputWidget,
        help_text="Nötig für „bestätigt“: Link, Aktenzeichen oder wer es wann bestätigt hat.",
    )  # fmt: skip
    note = forms.CharField(label="Anmerkung", max_length=300, required=False, widget=AdminTextInputWidget)


class DetailsForm(CarriedForm, forms.ModelForm):
    contact_email = forms.CharField(
        label="Adresse für Rückfragen", required=False, max_length=LONGEST, widget=AdminTextInputWidget,
        help_text="Nicht öffentlich. Dorthin fragen wir einmal im Jahr, ob die Angaben noch stimmen. Leer: an die "
        "Konten der Organisation.",
    )  # fmt: skip

    class Meta:
        model = Transfer
        fields = DETAILS
        widgets = {
            "live_since": DAY,
            "consent_on": DAY,
            "consent_by": AdminTextInputWidget,
            "from_transfer": chosen_from("from_transfer"),
            "scaling_partner": chosen_from("scaling_partner"),
            "scope": AdminTextInputWidget,
            "source": AdminTextInputWidget,
        }
        help_texts = {
            "live_since_precision": "Wie genau Sie das Datum kennen. Ein Monat: tragen Sie den Ersten ein.",
            "from_transfer": "Von wem hat die Region die Lösung gelernt? Nur Transfers derselben Lösung.",
            "scope": "Zum Beispiel: 300 Arbeitsplätze, nur Bauamt.",
            "consent_by": "Wer hat eingewilligt, dass wir Interesse oder Abstimmung schon zeigen? Name des Amtes.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_transfer"].queryset = Transfer.objects.select_related("solution", "region")
        self.fields["scaling_partner"].queryset = Organisation.objects.scaling_partners()
        self.fields["scaling_partner"].error_messages["invalid_choice"] = (
            "Diese Organisation ist kein Skalierungspartner."
        )

    def clean_contact_email(self) -> str:
        typed = self.cleaned_data["contact_email"]
        return plain_address(typed) if typed.strip() else ""

    def check_consent(self, data: dict[str, Any]) -> None:
        if data.get("is_public"):
            for name in ("consent_by", "consent_on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Vor der Vereinbarung zeigen wir nur, wozu jemand eingewilligt hat.")

    def check_teacher(self, solution: Solution | None) -> None:
        teacher = self.cleaned_data.get("from_transfer")
        if teacher and solution and teacher.solution_id != solution.pk:
            self.add_error("from_transfer", f"Dieser Transfer gehört zu „{teacher.solution}“.")
        if teacher and self.instance.pk and teacher.pk == self.instance.pk:
            self.add_error("from_transfer", "Ein Transfer kann nicht von sich selbst übernommen sein.")

    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RecordTransferForm(StateForm, DetailsForm):
    reuse_path: ReusePath | None = None  # what the chosen route means here
    solution = forms.ModelChoiceField(
        label="Lösung", queryset=Solution.objects.published(), widget=chosen_from("solution"),
        error_messages={"invalid_choice": "Diese Lösung ist nicht veröffentlicht. Bitte geben Sie sie zuerst frei."},
    )  # fmt: skip
    region = forms.ModelChoiceField(
        label="Region", queryset=Region.objects.valid().select_related("canonical"), widget=chosen_from("region"),
        help_text="Tippen Sie einen Namen, eine Postleitzahl oder den Gemeindeschlüssel.",
        error_messages={"invalid_choice": "Diese Region gibt es nicht (mehr)."},
    )  # fmt: skip
    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.all(), widget=chosen_from("organisation"), required=False,
        help_text="Leer lassen, wenn sie nicht bekannt ist.",
    )  # fmt: skip

    legal_route = forms.ChoiceField(
        label="Nachnutzungsweg", choices=[("", "---------"), *ReusePath.LegalRoute.choices], required=False,
        help_text="Der Weg der Lösung, der für diese Region gilt.",
    )  # fmt: skip

    class Meta(DetailsForm.Meta):
        pass

    def clean_region(self) -> Region:
        """Facts stand on the row of the place that counts."""
        return self.cleaned_data["region"].counted()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        solution, region = data.get("solution"), data.get("region")
        self.check_evidence(data)
        self.check_teacher(solution)
        self.check_consent(data)
        if solution and region and data.get("legal_route"):
            self.reuse_path = self._path_of(solution, region, data["legal_route"])
        if solution and region and "organisation" in data:
            existing = same_transfer(solution, region, data["organisation"])
            if existing:
                raise ValidationError(already_recorded(existing), code="exists")
        return data

    def _path_of(self, solution: Solution, region: Region, route: str) -> ReusePath | None:
        """The path by this route that holds here: that of the nearest region above wins."""
        here = solution.reuse_paths.filter(region__key__in=[region.key, *region.ancestor_keys])
        paths = sorted(here.select_related("region"), key=lambda path: -len(path.region.key))
        found = next((path for path in paths if path.legal_route == route), None)
        if found is None:
            known = ", ".join(sorted({path.get_legal_route_display() for path in paths})) or "keinen"
            self.add_error("legal_route", f"Diesen Weg gibt es für die Lösung hier nicht. Hier gibt es: {known}.")
        return found

    def details(self) -> dict[str, Any]:
        return super().details() | {"reuse_path": self.reuse_path}

    def existing(self) -> Transfer | None:
        """After a refusal: the transfer that was recorded first."""
        data = self.cleaned_data
        if not data.get("solution") or not data.get("region"):
            return None
        return same_transfer(data["solution"], data["region"], data.get("organisation"))


class MoveTransferForm(StateForm):
    """The next step of a transfer. `last_move` makes sure that nobody stepped in between, and that it counts once."""

    last_move = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_evidence(data)
        return data


class DescribeTransferForm(DetailsForm):
    """What describes a transfer without moving it."""

    changed_at = forms.CharField(widget=forms.HiddenInput)

    class Meta(DetailsForm.Meta):
        fields: Sequence[str] = (*DETAILS, "ended_on", "reuse_path")
        widgets = DetailsForm.Meta.widgets | {"ended_on": DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["changed_at"] = self.instance.changed_at.isoformat()
        contact = TransferContact.objects.filter(transfer=self.instance).first()
        self.initial["contact_email"] = contact.email if contact else ""
        paths = ReusePath.objects.filter(solution=self.instance.solution_id).select_related("region")
        self.fields["reuse_path"].queryset = paths

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_teacher(self.instance.solution)
        self.check_consent(data)
        begun, ended = data.get("live_since"), data.get("ended_on")
        if begun and ended and ended < begun:
            self.add_error("ended_on", "Das Ende liegt vor dem Beginn.")
        return data
