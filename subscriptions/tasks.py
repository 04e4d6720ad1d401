"""Background work. Tasks take no arguments: the database says what is due, and any number of workers may ask."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from members.mail import OUTGOING, deliver
from subscriptions.actions import announce as announce_news
from subscriptions.actions import collect_digests, forget_unconfirmed
from subscriptions.mail import DIGESTS, NOTIFICATIONS

MAIL_KEPT = timedelta(days=30)  # sent mails to one person; see the privacy page


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
    """Retention: unconfirmed subscribers after 7 days, sent mails after 30."""
    now = timezone.now()
    forget_unconfirmed(now=now)
    OUTGOING.model.objects.filter(sent_at__lt=now - MAIL_KEPT).delete()
