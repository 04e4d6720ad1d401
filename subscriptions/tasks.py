"""Background work. Tasks take no arguments: the database says what is due, and any number of workers may ask."""

from celery import shared_task
from django.utils import timezone

from catalogue.actions import forget_contacts, forget_drafts, forget_reports
from members.mail import OUTGOING, deliver
from members.retention import forget_by_the_clock
from subscriptions.actions import announce as announce_news
from subscriptions.actions import collect_digests, forget_told, forget_unconfirmed, renew_wishes
from subscriptions.mail import DIGESTS, NOTIFICATIONS
from subscriptions.webhooks.delivering import deliver_webhooks


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


@shared_task(name="subscriptions.tasks.call_webhooks")
def call_webhooks() -> None:
    """Call the webhooks that are due; in a thread of its own (looking.py), because their answers may take seconds."""
    deliver_webhooks()


@shared_task(name="subscriptions.tasks.forget")
def forget() -> None:
    """Everything that the privacy page promises to be gone by itself; and what wishes keep beside them is renewed."""
    now = timezone.now()
    renew_wishes()
    forget_unconfirmed(now=now)
    forget_told(now=now)
    forget_reports(now=now)
    forget_contacts(now=now)
    forget_drafts(now=now)
    forget_by_the_clock(now=now)
