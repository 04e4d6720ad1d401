"""Background work. Tasks take no arguments: the database says what is due, and any number of workers may ask."""

from celery import shared_task
from django.utils import timezone

from members.mail import OUTGOING, deliver
from members.retention import forget_by_the_clock
from subscriptions.actions import announce as announce_news
from subscriptions.actions import collect_digests, forget_told, forget_unconfirmed
from subscriptions.mail import DIGESTS, NOTIFICATIONS


@shared_task(name="subscriptions.tasks.announce")
def announce() -> None:
    """Turn facts into notifications, and what is due into digests."""
    announce_news()
    collect_digests()


@shared_task(name="subscriptions.tasks.deliver")
def deliver_due() -> None:
    """Send what is due: mail that a person waits for first."""
    for outbox in (OUTGOING, NOTIFICATIONS, DIGESTS):
        deliver(outbox)


@shared_task(name="subscriptions.tasks.forget")
def forget() -> None:
    """Everything that the privacy page promises to be gone by itself."""
    now = timezone.now()
    forget_unconfirmed(now=now)
    forget_told(now=now)
    forget_by_the_clock(now=now)
