"""Reports of use and interest. Whoever's address it is or is not: the same work, the same answer, the same time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from catalogue.actions.confirming import STILL_TRUE, name_contact
from catalogue.actions.letters import write_letter
from catalogue.actions.practice import PURPOSE as PRACTICE
from catalogue.actions.revisions import RuleBroken
from catalogue.actions.transfers import describe_transfer, move_transfer, record_transfer
from catalogue.links import practice_path, report_path, whole
from catalogue.models import Solution, Transfer, TransferContact, UseReport
from catalogue.models.reports import UseReportQuerySet
from catalogue.places import standing
from members.addresses import plain_address
from members.clock import DatabaseClock, database_now
from members.models import Organisation, OutgoingMail, Region, User

CONFIRMATION = "use_report"  # purpose of the mail that asks to confirm
DECISION = "use_report_decision"
MAILS = (CONFIRMATION, DECISION, STILL_TRUE, PRACTICE)  # of all that a reporter may get
PAUSE = timedelta(hours=24)  # between two confirmation mails to one address
MOST_WAITING = 20  # unconfirmed reports of one address
CONSENT_VERSION = "meldung-2026-11"
UNCONFIRMED_KEPT = timedelta(days=7)
DECIDED_KEPT = timedelta(days=90)  # while there may be questions about the decision
SAME = ("solution_id", "region_id", "email")


class TooManyReports(ValueError):
    """Somebody fills an address with reports that nobody confirms."""


@transaction.atomic
def report_use(
    *,
    solution: Solution,
    region: Region,
    kind: str,
    email: str,
    note: str = "",
    may_be_shown: bool = False,
    by: User | None = None,
    organisation: Organisation | None = None,
) -> UseReport:
    """Take down what somebody says, once a solution, place and address, and ask the address to confirm it.

    Whoever acts for an organisation with an account (`by` and `organisation`) needs no mail. What an address has
    confirmed stays as it is: somebody else may have typed it. Raises ValidationError and TooManyReports.
    """
    address = plain_address(email)
    _one_at_a_time(address)
    said = {"kind": kind, "note": note, "may_be_shown": may_be_shown, "consent_wording": CONSENT_VERSION}
    new = UseReport(solution=solution, region=region.counted(), email=address, **said)
    UseReport.objects.bulk_create([new], ignore_conflicts=True)
    mine = list(_of(address).undecided().select_related("solution", "region").order_by("pk"))
    report = next(one for one in mine if all(getattr(one, name) == getattr(new, name) for name in SAME))
    if by and organisation:
        return _said(report, **said, reporter=by, organisation=organisation, confirmed_at=database_now())
    if report.confirmed_at is None:  # said again: the last word counts, and the seven days begin anew
        _said(report, **said, created_at=database_now())
    unconfirmed = [one for one in mine if one.confirmed_at is None]
    if len(unconfirmed) > MOST_WAITING:
        raise TooManyReports
    _write_confirmation(report, unconfirmed)
    return report


@transaction.atomic
def confirm_reports(*, report: UseReport, only: Iterable[int] | None = None) -> int:
    """The mailbox has been shown to be theirs: what waits (or only these of it) goes to the campus team."""
    waiting = _of(report.email).unconfirmed()
    chosen = waiting if only is None else waiting.filter(pk__in=list(only))
    return chosen.update(confirmed_at=DatabaseClock())


@transaction.atomic
def accept_report(
    *,
    report: UseReport,
    by: User,
    stage: str,
    verification: str,
    organisation: Organisation | None = None,
    evidence: str = "",
    note: str = "",
) -> Transfer:
    """Make a transfer of it, or move the open one of the same place and organisation; the reporter is told.

    Raises RuleBroken when it does not wait, EvidenceMissing when verified without evidence.
    """
    report = _waiting(report)
    said_on = date_format(timezone.localtime(report.created_at), "j. F Y")
    state = {"stage": stage, "verification": verification, "evidence": evidence,
             "note": note or f"Meldung vom {said_on}"}  # fmt: skip
    transfer = _transfer_of(report, organisation, by, state)
    contact = TransferContact.objects.filter(transfer=transfer).first()
    contact = contact or name_contact(transfer=transfer, email=report.email, by=by)
    _decide(report, by, UseReport.Decision.ACCEPTED, transfer=transfer, organisation=organisation)
    is_mine = contact is not None and contact.email == report.email and stage in Transfer.ARRIVED
    _tell(report, practice_url=whole(practice_path(contact)) if contact and is_mine else "")
    return transfer


@transaction.atomic
def reject_report(*, report: UseReport, by: User, reason: str) -> UseReport:
    """Say no, and why: the reason stands in the mail. Raises RuleBroken when it does not wait."""
    report = _waiting(report)
    if not reason.strip():
        raise RuleBroken("Bitte begründen Sie die Ablehnung: Die meldende Stelle bekommt den Grund zu lesen.")
    _decide(report, by, UseReport.Decision.REJECTED, reason=reason.strip())
    _tell(report)
    return report


@transaction.atomic
def forget_reporter(*, email: str) -> int:
    """Everything that this address reported, and the address itself wherever we ask it; transfers stay as facts."""
    OutgoingMail.objects.filter(to=email, purpose__in=MAILS).delete()
    TransferContact.objects.filter(email=email).delete()
    return UseReport.objects.filter(email=email).delete()[0]


@transaction.atomic
def forget_reports(*, now: datetime) -> int:
    """Delete what nobody confirmed for seven days with its mail, and what was decided 90 days ago."""
    unconfirmed = Q(confirmed_at=None, created_at__lte=now - UNCONFIRMED_KEPT)
    OutgoingMail.objects.filter(purpose=CONFIRMATION, created_at__lte=now - UNCONFIRMED_KEPT).delete()
    return UseReport.objects.filter(unconfirmed | Q(decided_at__lte=now - DECIDED_KEPT)).delete()[0]


def _of(address: str) -> UseReportQuerySet:
    return UseReport.objects.select_for_update(of=("self",)).filter(email=address)


def _one_at_a_time(address: str) -> None:
    """Two reports of one address in the same moment must not cause two mails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"use_report {address}"])


def _said(report: UseReport, **fields: Any) -> UseReport:
    for name, value in fields.items():
        setattr(report, name, value)
    report.save(update_fields=[*fields])
    return report


def _write_confirmation(report: UseReport, unconfirmed: list[UseReport]) -> None:
    """The mail is always composed and written; where it is not due that is rolled back, so the time is the same."""
    now = database_now()
    lately = UseReport.objects.filter(email=report.email, confirmation_sent_at__gt=now - PAUSE)
    is_due = report.confirmed_at is None and not lately.exists()
    with transaction.atomic():
        context = {"reports": unconfirmed or [report], "url": whole(report_path(report))}
        write_letter(to=report.email, purpose=CONFIRMATION, template="catalogue/email/confirm_report.txt", **context)
        _said(report, confirmation_sent_at=now)
        transaction.set_rollback(not is_due)


def _waiting(report: UseReport) -> UseReport:
    related = ("solution", "region__canonical", "region__successor__canonical")
    locked = UseReport.objects.select_for_update(of=("self",)).select_related(*related).get(pk=report.pk)
    if locked.confirmed_at is None or locked.decided_at is not None:
        raise RuleBroken(f"Diese Meldung ist schon entschieden oder noch nicht bestätigt: {locked.state}.")
    return locked


def _transfer_of(report: UseReport, organisation: Organisation | None, by: User, state: dict[str, Any]) -> Transfer:
    """The open transfer of this place, moved; or a new one."""
    region = standing(report.region)
    place: dict[str, Any] = {"solution": report.solution, "region": region, "organisation": organisation}
    consent = _consent(report, organisation)
    transfer = Transfer.objects.open().filter(**place).first()
    if transfer is None:
        return record_transfer(**place, by=by, **state, **consent)
    move_transfer(transfer=transfer, by=by, **state)
    if consent and not transfer.is_public:
        describe_transfer(transfer=transfer, by=by, **consent)
    return transfer


def _consent(report: UseReport, organisation: Organisation | None) -> dict[str, Any]:
    if not report.may_be_shown:
        return {}
    said_on = timezone.localdate(report.created_at)
    return {"is_public": True, "consent_by": f"{organisation or report.region}, mit der Meldung", "consent_on": said_on}


def _decide(report: UseReport, by: User, decision: str, **fields: Any) -> None:
    _said(report, decision=decision, decided_at=database_now(), decided_by=by, **fields)


def _tell(report: UseReport, practice_url: str = "") -> None:
    context = {"report": report, "url": whole(report_path(report)), "practice_url": practice_url,
               "page": whole(report.solution.get_absolute_url())}  # fmt: skip
    write_letter(to=report.email, purpose=DECISION, template="catalogue/email/report_decided.txt", **context)
