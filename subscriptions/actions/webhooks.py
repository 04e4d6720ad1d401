"""Webhooks of a subscriber: made, tested, paused, ended; and what the answer to a call means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.template.loader import render_to_string

from members.clock import DatabaseClock, database_now
from members.mail.claims import MAX_ATTEMPTS
from members.models import OutgoingMail
from members.outbound import AddressRefused, check_url
from subscriptions.links import manage_url
from subscriptions.models import Subscriber, WebhookDelivery, WebhookEndpoint
from subscriptions.webhooks.signing import new_secret

MOST = 5  # of one subscriber
LASTING = timedelta(hours=24)  # of failure without a success: paused, and its owner is told
PAUSED = "webhook_paused"  # purpose of that mail
GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call. `status` is None when there was no answer."""

    status: int | None
    error: str
    milliseconds: int

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@transaction.atomic
def add_webhook(*, subscriber: Subscriber, url: str) -> WebhookEndpoint:
    """A new endpoint; its secret is shown now and never again. Raises ValidationError in the words of the form."""
    Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    try:
        check_url(url)
    except AddressRefused as refusal:
        raise ValidationError(str(refusal)) from refusal
    if len(url) > 500:
        raise ValidationError("Die Adresse ist länger als 500 Zeichen.")
    if subscriber.webhooks.filter(url=url).exists():
        raise ValidationError("Diesen Webhook haben Sie schon.")
    if subscriber.webhooks.count() >= MOST:
        raise ValidationError(f"Mehr als {MOST} Webhooks gehen nicht. Löschen Sie zuerst einen.")
    return WebhookEndpoint.objects.create(subscriber=subscriber, url=url, secret=new_secret())


@transaction.atomic
def renew_secret(*, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The old secret signs nothing any more, from the next call on."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(secret=new_secret())
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def test_webhook(*, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Queue a call that says "test"; while one waits, that one is returned."""
    WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    waiting = endpoint.deliveries.open().filter(announcement=None).first()
    return waiting or WebhookDelivery.objects.create(endpoint=endpoint)


@transaction.atomic
def pause_webhook(*, endpoint: WebhookEndpoint, because: str = WebhookEndpoint.Pause.WISHED) -> WebhookEndpoint:
    """What waits is not called any more (it stays in the log and can be called again). Twice changes nothing."""
    found = WebhookEndpoint.objects.filter(pk=endpoint.pk, paused_at=None)
    if found.update(paused_at=DatabaseClock(), paused_because=because):
        endpoint.deliveries.open().update(failed_at=DatabaseClock(), last_error="Der Webhook ist pausiert.")
        if because != WebhookEndpoint.Pause.WISHED:
            _tell_owner(endpoint)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def resume_webhook(*, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """From the next news on. What failed before is called again only when somebody asks for it."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(paused_at=None, paused_because="", failing_since=None)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def remove_webhook(*, endpoint: WebhookEndpoint) -> None:
    """With its log."""
    endpoint.delete()


@transaction.atomic
def call_again(*, endpoint: WebhookEndpoint) -> int:
    """Queue what failed, with the same webhook-ids; returns how many. Nothing while it is paused."""
    if endpoint.paused_at:
        return 0
    return endpoint.deliveries.failed().update(failed_at=None, due_at=DatabaseClock(), attempts=0, sender=None)


def queue_webhooks(announcements: Sequence[int]) -> int:
    """One call an endpoint and fact, for everybody whom the fact concerns; within the transaction that tells it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO subscriptions_webhookdelivery (endpoint_id, announcement_id)
               SELECT e.id, n.announcement_id FROM subscriptions_webhookendpoint e
               JOIN subscriptions_notification n ON n.subscriber_id = e.subscriber_id
               WHERE e.paused_at IS NULL AND n.announcement_id = ANY (%s)
               ON CONFLICT (endpoint_id, announcement_id) DO NOTHING""",
            [list(announcements)],
        )
        return cursor.rowcount


@transaction.atomic
def take_answer(*, delivery: WebhookDelivery, outcome: Outcome) -> WebhookDelivery:
    """Mark the call; after lasting failure, or when the receiver says it is gone, pause its endpoint."""
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
    if endpoint is None:  # removed while it was called
        return delivery
    row = WebhookDelivery.objects.filter(pk=delivery.pk)
    row.update(status=outcome.status, milliseconds=outcome.milliseconds)
    if outcome.is_success:
        row.update(sent_at=DatabaseClock(), failed_at=None, sender=None, last_error="")
        WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(failing_since=None).update(failing_since=None)
    else:
        _take_failure(endpoint, delivery, outcome)
    delivery.refresh_from_db()
    return delivery


def _take_failure(endpoint: WebhookEndpoint, delivery: WebhookDelivery, outcome: Outcome) -> None:
    now = database_now()
    last = delivery.attempts >= MAX_ATTEMPTS
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        sender=None, last_error=outcome.error[:500], failed_at=now if last else None
    )
    WebhookEndpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=now)
    if outcome.status == GONE:
        pause_webhook(endpoint=endpoint, because=WebhookEndpoint.Pause.GONE)
    elif last or (endpoint.failing_since and endpoint.failing_since <= now - LASTING):
        pause_webhook(endpoint=endpoint, because=WebhookEndpoint.Pause.FAILING)
    else:
        _let_others_wait(delivery)


def _let_others_wait(delivery: WebhookDelivery) -> None:
    """Further calls to the same endpoint wait as long as the one that failed, so that they cost it no attempt."""
    due_at = WebhookDelivery.objects.values_list("due_at", flat=True).get(pk=delivery.pk)
    others = WebhookDelivery.objects.open().filter(endpoint_id=delivery.endpoint_id, due_at__lt=due_at)
    others.exclude(pk=delivery.pk).update(due_at=due_at)


def _tell_owner(endpoint: WebhookEndpoint) -> None:
    """By mail, with none of the words that somebody typed."""
    owner = endpoint.subscriber
    context = {"endpoint": endpoint, "manage_url": manage_url(owner), "site_url": settings.SITE_URL, "hours": 24}
    subject, _, text = render_to_string("subscriptions/email/webhook_paused.txt", context).partition("\n")
    OutgoingMail.objects.create(
        to=owner.email, subject=subject.removeprefix("Betreff:").strip(), text=text.strip() + "\n", purpose=PAUSED
    )
