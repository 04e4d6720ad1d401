"""A pause: no mail until it ends, and nothing that waited is lost."""

from datetime import UTC, datetime

from django.db import transaction

from members.clock import DatabaseClock
from subscriptions.models import Digest, Notification, Subscriber, Subscription

HELD = datetime(9000, 1, 1, tzinfo=UTC)  # due when the pause is over


@transaction.atomic
def pause(*, subscriber: Subscriber, because: str = Subscriber.Pause.WISHED) -> Subscriber:
    """Hold back what waits to be sent; what happens from now on is not told. Pausing twice changes nothing.

    `because` undeliverable when its mails come back; the subscriber or staff may resume either way.
    """
    locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if locked.paused_at is None:
        Subscriber.objects.filter(pk=locked.pk).update(paused_at=DatabaseClock(), paused_because=because)
        waiting = Notification.objects.open().filter(subscriber=locked, digest=None)
        waiting.at_once().update(frequency=Subscription.Frequency.DAILY)  # one mail later, not many
        waiting.update(due_at=HELD)
        Digest.objects.open().filter(subscriber=locked).update(due_at=HELD)
    subscriber.refresh_from_db()
    return subscriber


@transaction.atomic
def resume(*, subscriber: Subscriber) -> Subscriber:
    """End the pause: what was held back comes in one digest. Resuming twice changes nothing."""
    locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if locked.paused_at:
        Subscriber.objects.filter(pk=locked.pk).update(paused_at=None, paused_because="")
        for rows in (Notification.objects, Digest.objects):
            rows.open().filter(subscriber=locked, due_at=HELD).update(due_at=DatabaseClock())
    subscriber.refresh_from_db()
    return subscriber
