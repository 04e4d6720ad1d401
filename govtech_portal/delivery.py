"""The state of delivery in figures: for the page of the campus team, for monitoring and for check_delivery."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from members.clock import database_now
from members.models import Dispatch, OutgoingMail
from subscriptions.models import Digest, Notification, WebhookDelivery

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class QueueFigures:
    """One table of what is to be sent."""

    name: str  # in metrics
    title: str
    model: type[Dispatch]
    waiting: int  # due or later
    due: int
    oldest: datetime | None  # since when the oldest of them is due
    failed: int
    sent_last_hour: int
    sent_last_minute: int

    @property
    def admin_list(self) -> str:
        return f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist"

    def age(self, now: datetime) -> float:
        """Seconds that the oldest due row has waited."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


def queues() -> list[tuple[str, str, QuerySet[Any]]]:
    return [
        ("mail", "Mails an eine Person", OutgoingMail.objects.all()),
        ("news", "Benachrichtigungen, sofort", Notification.objects.at_once()),
        ("digest", "Sammelmails", Digest.objects.all()),
        ("webhook", "Aufrufe von Webhooks", WebhookDelivery.objects.all()),
    ]


def delivery_figures(now: datetime | None = None) -> Iterator[QueueFigures]:
    """Two statements a table: the open rows by their index, the ends of the last hour and the failures."""
    now = now or database_now()
    for name, title, rows in queues():
        waiting = rows.open().aggregate(
            waiting=Count("pk"),
            due=Count("pk", filter=Q(due_at__lte=now)),
            oldest=Min("due_at", filter=Q(due_at__lte=now)),
        )
        ended = rows.filter(Q(sent_at__gt=now - HOUR) | Q(failed_at__isnull=False)).aggregate(
            failed=Count("pk", filter=Q(failed_at__isnull=False)),
            sent_last_hour=Count("pk", filter=Q(sent_at__isnull=False)),
            sent_last_minute=Count("pk", filter=Q(sent_at__gt=now - HOUR / 60)),
        )
        yield QueueFigures(name, title, rows.model, **waiting, **ended)


def is_stuck(rows: QuerySet[Any], since: datetime) -> bool:
    """Something has been due since then, and in all that time nothing of this table was sent, tried or given up.

    A row that is tried moves its due date, so a mail server that refuses one mail is not a worker that hangs.
    """
    return rows.due(since).exists() and not rows.filter(sent_at__gte=since).exists()
