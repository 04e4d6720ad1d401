"""Praxisberichte: read by the campus team, then released or given back."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from catalogue.actions import (
    RuleBroken,
    release_practice_report,
    return_practice_report,
    withdraw_practice_report,
)
from catalogue.forms.deciding import ReturnForm, WithdrawForm
from catalogue.models import PracticeReport
from members.staff_pages import Step, WithSteps

MAY_DECIDE = "catalogue.change_practicereport"
Status = PracticeReport.Status


def is_submitted(report: PracticeReport, user: Any) -> bool:
    return report.status == Status.SUBMITTED


def is_released(report: PracticeReport, user: Any) -> bool:
    return report.status == Status.RELEASED


def own(report: PracticeReport, user: Any) -> str:
    return "Den eigenen Bericht gibt eine andere Person frei." if report.author_id == user.pk else ""


@admin.register(PracticeReport)
class PracticeReportAdmin(WithSteps):
    list_display = ("transfer", "status", "duration_months", "effort_days", "submitted_at", "released_at")
    list_filter = ("status",)
    list_select_related = ("transfer__solution", "transfer__region")
    search_fields = ("transfer__solution__title", "transfer__region__label", "transfer__organisation__name")
    search_help_text = "Lösung, Region oder Organisation"
    refusals = (RuleBroken, ValidationError)
    fields = (
        "transfer", "status", "duration_months", "effort_days", "cost_from", "cost_to", "helped", "hurt", "contact",
        "email", "author", "submitted_at", "review_note", "released_at", "released_by",
    )  # fmt: skip
    steps = (
        Step(
            slug="freigeben", label="Veröffentlichen", permission=MAY_DECIDE,
            question="Der Bericht erscheint auf dem Steckbrief und in der Schnittstelle. Wer ihn schrieb, bekommt eine "
            "Mail. Bitte prüfen Sie: keine Namen von Personen, nichts Vertrauliches.",
            done="Der Praxisbericht ist veröffentlicht.",
            act=lambda report, by: release_practice_report(report=report, by=by),
            fits=is_submitted, reason_against=own,
        ),
        Step(
            slug="zurueckgeben", label="Zurückgeben", permission=MAY_DECIDE,
            question="Der Bericht geht mit Ihrer Anmerkung an die Stelle zurück, die ihn schrieb.",
            done="Der Praxisbericht ist zurückgegeben.",
            act=lambda report, by, note: return_practice_report(report=report, by=by, note=note),
            form=ReturnForm, fits=is_submitted,
        ),
        Step(
            slug="zurueckziehen", label="Vom Netz nehmen", permission=MAY_DECIDE,
            question="Der Bericht verschwindet vom Steckbrief und aus der Schnittstelle.",
            done="Der Praxisbericht ist zurückgezogen.",
            act=lambda report, by, note: withdraw_practice_report(report=report, by=by, note=note),
            form=WithdrawForm, fits=is_released, is_grave=True,
        ),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PracticeReport | None = None) -> bool:
        return False  # its words are the organisation's own
