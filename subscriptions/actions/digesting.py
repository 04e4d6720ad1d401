"""Sammelmails: what waited for Monday becomes one mail a person and period."""

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from members.clock import database_now
from subscriptions.actions.announcing import DIGEST_WEEKDAY, next_digest
from subscriptions.matching import AT_ONCE


def period_of(now: datetime) -> date:
    """The Monday (in Berlin) of the week of this moment."""
    today = timezone.localtime(now).date()
    return today - timedelta(days=(today.weekday() - DIGEST_WEEKDAY) % 7)


@transaction.atomic
def collect_digests(*, now: datetime | None = None) -> int:
    """Make the digests that are due; returns how many. A period has one digest a person, whatever runs twice.

    What became due after its period's digest was made waits for the next one. Missed weeks come as one digest.
    """
    now = now or database_now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH due AS (
                  SELECT id, subscriber_id FROM subscriptions_notification
                  WHERE frequency <> '{AT_ONCE}' AND digest_id IS NULL AND sent_at IS NULL AND failed_at IS NULL
                    AND due_at <= %(now)s FOR UPDATE SKIP LOCKED),
                made AS (
                  INSERT INTO subscriptions_digest (subscriber_id, period)
                  SELECT DISTINCT subscriber_id, %(period)s::date FROM due
                  ON CONFLICT (subscriber_id, period) DO NOTHING RETURNING id, subscriber_id),
                taken AS (
                  UPDATE subscriptions_notification n SET digest_id = made.id FROM due, made
                  WHERE n.id = due.id AND made.subscriber_id = due.subscriber_id RETURNING n.id),
                later AS (
                  UPDATE subscriptions_notification n SET due_at = %(next)s FROM due
                  WHERE n.id = due.id
                    AND NOT EXISTS (SELECT 1 FROM made WHERE made.subscriber_id = due.subscriber_id))
                SELECT count(*) FROM made""",
            {"now": now, "period": period_of(now), "next": next_digest(now)},
        )
        return cursor.fetchone()[0]
