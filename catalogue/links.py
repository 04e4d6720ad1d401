"""Links of the catalogue's mails: to a report, to the yearly question, to the Praxisbericht."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Model
from django.urls import reverse

from catalogue.models import ConfirmationRequest, TransferContact, UseReport
from members.tokens import LinkExpired, read_token, token_for

REPORT_LIFETIME = timedelta(days=30)  # unconfirmed reports are gone before
STILL_LIFETIME = timedelta(days=180)
PRACTICE_LIFETIME = timedelta(days=180)

Row = TypeVar("Row", bound=Model)


def report_path(report: UseReport) -> str:
    return reverse("use_report", args=[token_for("report", report.public_id, report.epoch)])


def still_path(request: ConfirmationRequest) -> str:
    return reverse("still_true", args=[token_for("still", request.public_id, request.epoch)])


def practice_path(contact: TransferContact) -> str:
    return reverse("practice_by_link", args=[token_for("practice", contact.public_id, contact.epoch)])


def whole(path: str) -> str:
    """For a mail: built from the setting, never from a request."""
    return settings.SITE_URL + path


def find_report(token: str, now: datetime) -> UseReport:
    return _found("report", token, REPORT_LIFETIME, now, UseReport)


def find_request(token: str, now: datetime) -> ConfirmationRequest:
    return _found("still", token, STILL_LIFETIME, now, ConfirmationRequest)


def find_contact(token: str, now: datetime) -> TransferContact:
    return _found("practice", token, PRACTICE_LIFETIME, now, TransferContact)


def _found(purpose: str, token: str, lifetime: timedelta, now: datetime, model: type[Row]) -> Row:
    """The row of a valid link. Raises LinkBroken, or LinkExpired when it is too old, revoked or gone."""
    claim = read_token(purpose, token, lifetime=lifetime, now=now)
    row = model._default_manager.filter(public_id=claim.public_id, epoch=claim.epoch).first()
    if row is None:
        raise LinkExpired
    return row


Finder = Callable[[str, datetime], Model]
