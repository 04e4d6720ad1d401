"""Sammelmails: what waited for its morning becomes one mail a person and period."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from members.clock import database_now
from subscriptions.matching import AT_ONCE
from subscriptions.periods import DUE, due_moments


@transaction.atomic
def collect_digests(*, now: datetime | None = None) -> int:
    """Make the digests that are due; returns how many.

    The period is the latest day (in Berlin) for which something of the person is due, so it follows from the rows and
    not from when we look: two beats, a missed day or a late one make the same digest, and a person has one a day
    whatever the frequencies. What becomes due after its period's digest was made waits for the next one of its kind.
    """
    now = now or database_now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH due AS (
                  SELECT n.id, n.subscriber_id, n.frequency, (n.due_at AT TIME ZONE %(zone)s)::date AS day
                  FROM subscriptions_notification n
                  WHERE n.frequency <> '{AT_ONCE}' AND n.digest_id IS NULL AND n.sent_at IS NULL
                    AND n.failed_at IS NULL AND n.due_at <= %(now)s
                    AND EXISTS (SELECT FROM subscriptions_subscriber p WHERE p.id = n.subscriber_id
                                AND p.paused_at IS NULL)
                  FOR UPDATE SKIP LOCKED),
                made AS (
                  INSERT INTO subscriptions_digest (subscriber_id, period)
                  SELECT subscriber_id, max(day) FROM due GROUP BY subscriber_id
                  ON CONFLICT (subscriber_id, period) DO NOTHING RETURNING id, subscriber_id),
                taken AS (
                  UPDATE subscriptions_notification n SET digest_id = made.id FROM due, made
                  WHERE n.id = due.id AND made.subscriber_id = due.subscriber_id RETURNING n.id),
                later AS (
                  UPDATE subscriptions_notification n SET due_at = waits.next
                  FROM (SELECT id, {DUE} AS next FROM due
                        WHERE NOT EXISTS (SELECT FROM made WHERE made.subscriber_id = due.subscriber_id)) waits
                  WHERE n.id = waits.id)
                SELECT count(*) FROM made""",
            {"now": now, "zone": settings.TIME_ZONE, **due_moments(now)},
        )
        return cursor.fetchone()[0]
