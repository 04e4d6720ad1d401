"""Mails that came back: noted, and after a final one the address is left in peace."""

import uuid
from datetime import timedelta

from django.db import transaction

from members.clock import database_now
from members.mail.bounces import Report
from subscriptions.actions.pausing import pause
from subscriptions.models import Bounce, Subscriber

SOFT = 5  # temporary ones within the span below say the same as a final one
SPAN = timedelta(days=30)


@transaction.atomic
def take_bounce(*, public_id: uuid.UUID, report: Report) -> Bounce | None:
    """Note it; pause the subscriber when nobody will be reached there. None when the subscriber has left.

    The pause shows to staff and on the subscriber's own page, and either may end it.
    """
    subscriber = Subscriber.objects.select_for_update().filter(public_id=public_id).first()
    if subscriber is None:
        return None
    bounce = Bounce.objects.create(
        subscriber=subscriber, is_permanent=report.is_permanent, status=report.status, diagnostic=report.diagnostic
    )
    recent = subscriber.bounces.filter(at__gt=database_now() - SPAN)
    if report.is_permanent or recent.count() >= SOFT:
        pause(subscriber=subscriber, because=Subscriber.Pause.UNDELIVERABLE)
    return bounce
