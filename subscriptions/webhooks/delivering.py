"""Calling webhooks: the claims of members.mail, one call an endpoint at a time, several endpoints at once.

A slow or dead endpoint costs its own calls and ten seconds of one of the callers, never somebody else's.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.utils import timezone

from members.mail import DeliveryReport, claims, is_stopping
from members.mail.gate import is_open
from members.outbound import AddressRefused, Unreachable, send
from subscriptions.actions.webhooks import Outcome, take_answer
from subscriptions.models import WebhookDelivery
from subscriptions.webhooks.payload import body_of
from subscriptions.webhooks.signing import signed_headers

logger = logging.getLogger(__name__)
AT_ONCE = 8  # endpoints that are called in parallel
RUN_SECONDS = 20.0
RELATED = ("endpoint", "announcement__solution", "announcement__region", "announcement__exploration",
           "announcement__tender")  # fmt: skip
_TABLE = WebhookDelivery._meta.db_table
# the oldest open call of each endpoint that is not paused
NEXT_OF_EACH = f"""
    endpoint_id IN (SELECT id FROM subscriptions_webhookendpoint WHERE paused_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM {_TABLE} older WHERE older.endpoint_id = {_TABLE}.endpoint_id
                    AND older.sent_at IS NULL AND older.failed_at IS NULL
                    AND (older.due_at, older.id) < ({_TABLE}.due_at, {_TABLE}.id))
"""


def deliver_webhooks(*, seconds: float = RUN_SECONDS) -> DeliveryReport:
    """Call what is due, for at most `seconds` and the call in hand; safe in any number of processes."""
    report = DeliveryReport()
    if not is_open() or not WebhookDelivery.objects.due(timezone.now()).exists():
        return report
    end = time.monotonic() + seconds
    with claims.sender_session() as sender, _callers() as callers:
        claims.give_up_poison(WebhookDelivery, "TRUE")
        while not is_stopping() and time.monotonic() < end:
            rows = _claimed(sender)
            if not rows:
                break
            for row, outcome in zip(rows, callers.map(call, rows), strict=True):
                _count(report, take_answer(delivery=row, outcome=outcome))
    return report


@contextmanager
def _callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as callers:
        yield callers


def _claimed(sender: int) -> list[WebhookDelivery]:
    ids = claims.claim(WebhookDelivery, NEXT_OF_EACH, sender, AT_ONCE)
    turns = claims.Turns(WebhookDelivery, sender)
    begun = [pk for pk in ids if turns.take(done=None, begun=pk)]
    return list(WebhookDelivery.objects.filter(pk__in=begun).select_related(*RELATED).order_by("pk"))


def call(delivery: WebhookDelivery) -> Outcome:
    """One signed POST; touches no database, so it may run in any thread."""
    begin = time.monotonic()
    status, error = None, ""
    try:
        body = body_of(delivery)
        headers = signed_headers(delivery.endpoint.secret, f"msg_{delivery.key}", int(time.time()), body)
        status = send(delivery.endpoint.url, method="POST", body=body, headers=headers).status
    except (AddressRefused, Unreachable) as refusal:
        error = str(refusal)
    except Exception as unexpected:  # whatever is wrong with this one, the others go on
        logger.exception("Webhook %s brach ab", delivery.pk)
        error = type(unexpected).__name__
    if status is not None and not 200 <= status < 300:
        error = f"Antwort {status}" + (": Weiterleitungen folgen wir nicht." if 300 <= status < 400 else ".")
    return Outcome(status, error, int((time.monotonic() - begin) * 1000))


def _count(report: DeliveryReport, delivery: WebhookDelivery) -> None:
    report.sent += delivery.sent_at is not None
    report.given_up += delivery.failed_at is not None
    report.retried += delivery.sent_at is None and delivery.failed_at is None
