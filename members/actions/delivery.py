"""Holding, releasing, repeating and dropping mails: what people decide, each taken down."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from members.clock import DatabaseClock
from members.mail.gate import place_now, shut
from members.models import DeliveryDecision, DeliveryGate, Dispatch, User

DROPPED = "Verworfen: nicht gesendet."


@transaction.atomic
def retry_mails(*, mails: "QuerySet[Dispatch]", by: User | None) -> int:
    """Queue again what was given up, as if it were new; returns how many. Nothing sent is sent again."""
    count = mails.filter(sent_at=None).exclude(failed_at=None).update(
        failed_at=None, due_at=Now(), attempts=0, sender=None
    )  # fmt: skip
    _take_down(DeliveryDecision.What.RETRY, by, count=count)
    return count


@transaction.atomic
def suppress_mails(*, mails: "QuerySet[Dispatch]", by: User | None, note: str = "") -> int:
    """Take what waits out of the queue, visibly and so that it can be queued again; returns how many.

    The one in hand is sent all the same.
    """
    count = mails.filter(sent_at=None, failed_at=None).update(failed_at=DatabaseClock(), last_error=DROPPED)
    _take_down(DeliveryDecision.What.SUPPRESS, by, count=count, note=note)
    return count


@transaction.atomic
def hold_delivery(*, by: User | None, reason: str) -> DeliveryGate:
    """Send nothing until somebody releases it. Raises ValidationError without a reason. Held twice is held once."""
    if not reason.strip():
        raise ValidationError("Bitte sagen Sie, warum nichts gesendet werden soll.")
    gate = _gate()
    if gate.held_at is None:
        shut(gate, reason.strip()[:300])
        _take_down(DeliveryDecision.What.HOLD, by, note=reason.strip()[:300])
    gate.refresh_from_db()
    return gate


@transaction.atomic
def release_delivery(*, by: User | None, drop: "Sequence[QuerySet[Dispatch]]" = ()) -> DeliveryGate:
    """Send again, from this database as it stands now; what `drop` holds is taken out of the queue first."""
    gate = _gate()
    for mails in drop:
        suppress_mails(mails=mails, by=by, note="bei der Freigabe")
    DeliveryGate.objects.filter(pk=gate.pk).update(held_at=None, reason="", place=place_now())
    _take_down(DeliveryDecision.What.RELEASE, by)
    gate.refresh_from_db()
    return gate


def _gate() -> DeliveryGate:
    DeliveryGate.objects.bulk_create([DeliveryGate(place=place_now())], ignore_conflicts=True)
    return DeliveryGate.objects.select_for_update().get(pk=1)


def _take_down(what: DeliveryDecision.What, by: User | None, *, count: int = 0, note: str = "") -> None:
    DeliveryDecision.objects.create(what=what, by=by, count=count, note=note)
