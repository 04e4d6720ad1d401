"""What the campus team decides about reports and Praxisberichte."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget

from catalogue.forms.transfers import Stage, StateForm, Verification, chosen_from
from catalogue.models import UseReport
from members.models import Organisation

SUGGESTED = {UseReport.Kind.USE: Stage.LIVE, UseReport.Kind.INTEREST: Stage.INTEREST}


class AcceptReportForm(StateForm):
    """Where the transfer stands by this report, and how we know."""

    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.all(), widget=chosen_from("organisation"), required=False,
        help_text="Leer lassen, wenn sie nicht bekannt ist. Ein offener Transfer derselben Organisation wird "
        "weitergeführt, nicht doppelt angelegt.",
    )  # fmt: skip

    @classmethod
    def suggested_by(cls, report: UseReport, data: Any = None) -> "AcceptReportForm":
        return cls(
            data,
            initial={
                "stage": SUGGESTED[UseReport.Kind(report.kind)],
                "verification": Verification.SELF_DECLARED,
                "organisation": report.organisation,
            },
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.check_evidence(data)
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Begründung", max_length=500, widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text="Sie steht in der Mail an die meldende Stelle.",
    )  # fmt: skip


class ReturnForm(forms.Form):
    note = forms.CharField(
        label="Was fehlt oder soll anders werden?", max_length=500, widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text="Steht in der Mail an die Person, die den Bericht schreibt.",
    )  # fmt: skip


class WithdrawForm(forms.Form):
    note = forms.CharField(label="Grund (nur für das Campus-Team)", max_length=500, required=False)
