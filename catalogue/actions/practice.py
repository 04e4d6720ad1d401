"""Praxisberichte: the organisation writes, the campus team reads and releases; nothing is shown before."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from catalogue.actions.letters import write_letter
from catalogue.actions.revisions import RuleBroken
from catalogue.links import practice_path, whole
from catalogue.models import PracticeReport, Transfer, TransferContact
from members.addresses import plain_address
from members.clock import database_now
from members.models import User

PURPOSE = "practice_report"  # of the mails
CONTENT = ("effort_days", "duration_months", "cost_from", "cost_to", "helped", "hurt", "contact")
Status = PracticeReport.Status
DRAFT_KEPT = timedelta(days=365)  # a draft that nobody goes on with
WITHDRAWN_KEPT = timedelta(days=90)


@transaction.atomic
def write_practice_report(*, transfer: Transfer, email: str, by: User | None, **content: Any) -> PracticeReport:
    """Begin the report of this transfer, or go on with it. Raises RuleBroken while it is being looked at."""
    unknown = set(content) - set(CONTENT)
    if unknown:
        raise TypeError(f"not a field of a practice report: {', '.join(sorted(unknown))}")
    Transfer.objects.select_for_update().get(pk=transfer.pk)
    report = PracticeReport.objects.open().filter(transfer=transfer).first() or PracticeReport(transfer=transfer)
    if report.status not in PracticeReport.WRITABLE:
        raise RuleBroken("Ihr Bericht liegt gerade zur Prüfung. Danach können Sie ihn wieder ändern.")
    report.email, report.author = plain_address(email), by
    for name, value in content.items():
        setattr(report, name, value)
    report.save()
    return report


@transaction.atomic
def submit_practice_report(*, report: PracticeReport, by: User | None) -> PracticeReport:
    """Give it to the campus team. Raises RuleBroken when it says nothing yet."""
    report = _locked(report, *PracticeReport.WRITABLE)
    if not any((report.effort_days, report.duration_months, report.helped.strip(), report.hurt.strip())):
        raise RuleBroken("Ein Bericht braucht mindestens eine Angabe: Dauer, Aufwand, was half oder was schwierig war.")
    report.status, report.submitted_at = Status.SUBMITTED, database_now()
    report.save(update_fields=["status", "submitted_at"])
    return report


@transaction.atomic
def return_practice_report(*, report: PracticeReport, by: User, note: str) -> PracticeReport:
    """Back to who wrote it, with what is missing; the note stands in the mail."""
    report = _locked(report, Status.SUBMITTED)
    if not note.strip():
        raise RuleBroken("Bitte schreiben Sie, was fehlt oder anders werden soll.")
    report.status, report.review_note = Status.RETURNED, note.strip()
    report.save(update_fields=["status", "review_note"])
    _tell(report, "catalogue/email/practice_returned.txt")
    return report


@transaction.atomic
def release_practice_report(*, report: PracticeReport, by: User, at: datetime | None = None) -> PracticeReport:
    """Show it to everybody; nobody releases their own. `at` is for a backlog (aware datetime)."""
    report = _locked(report, Status.SUBMITTED)
    if report.author_id == by.pk:
        raise RuleBroken("Den eigenen Bericht gibt eine andere Person frei.")
    report.status, report.released_by, report.released_at = Status.RELEASED, by, at or database_now()
    report.save(update_fields=["status", "released_by", "released_at"])
    _tell(report, "catalogue/email/practice_released.txt")
    return report


@transaction.atomic
def withdraw_practice_report(*, report: PracticeReport, by: User, note: str) -> PracticeReport:
    """Take a released report off the pages, on request or because it was wrong."""
    report = _locked(report, Status.RELEASED)
    report.status, report.review_note = Status.WITHDRAWN, note
    report.save(update_fields=["status", "review_note"])
    return report


@transaction.atomic
def forget_drafts(*, now: datetime) -> int:
    """Drafts that nobody goes on with, and reports withdrawn long ago."""
    left = Q(status__in=PracticeReport.WRITABLE, created_at__lte=now - DRAFT_KEPT)
    left |= Q(status=Status.WITHDRAWN, released_at__lte=now - WITHDRAWN_KEPT)
    return PracticeReport.objects.filter(left).delete()[0]


def _locked(report: PracticeReport, *allowed: str) -> PracticeReport:
    rows = PracticeReport.objects.select_for_update(of=("self",))
    locked = rows.select_related("transfer__solution", "transfer__region").get(pk=report.pk)
    if locked.status not in allowed:
        raise RuleBroken(f"Dieser Bericht ist {locked.get_status_display()}; dieser Schritt geht hier nicht.")
    return locked


def _tell(report: PracticeReport, template: str) -> None:
    """With the way back to the form: by a link of the mailbox where we know it, else with the account."""
    solution = report.transfer.solution
    contact = TransferContact.objects.filter(transfer=report.transfer, email=report.email).first()
    form = practice_path(contact) if contact else reverse("practice_report", args=[solution.slug])
    page = whole(solution.get_absolute_url())
    write_letter(to=report.email, purpose=PURPOSE, template=template, report=report, page=page, form=whole(form))
