"""Telling: from facts to one notification per person concerned, in one statement."""

import logging
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from members.clock import database_now
from subscriptions.matching import AT_ONCE, MATCH
from subscriptions.models import NewsKind
from subscriptions.news import CARRIED, NEWS, unannounced

logger = logging.getLogger(__name__)
BATCH = 500
DIGEST_WEEKDAY, DIGEST_TIME = 0, time(7, 0)  # Monday, in Berlin


def next_digest(now: datetime) -> datetime:
    """The next Monday seven o'clock in Berlin, strictly later than now; the clock change moves it in UTC."""
    local = timezone.localtime(now)
    day = local.date() + timedelta(days=(DIGEST_WEEKDAY - local.weekday()) % 7)
    due = datetime.combine(day, DIGEST_TIME, tzinfo=timezone.get_default_timezone())
    if due <= local:
        due = datetime.combine(day + timedelta(days=7), DIGEST_TIME, tzinfo=timezone.get_default_timezone())
    return due


def announce(*, now: datetime | None = None) -> int:
    """Tell every kind of news that is due; returns how many notifications were made.

    Each kind in its own transaction: the announcement and all its notifications commit together or not at all.
    A kind that fails (somebody left in this very moment) stops no other; the next look tries it again.
    """
    now = now or database_now()
    undo = timedelta(seconds=settings.UNDO_SECONDS)
    told = 0
    for kind in NEWS:
        try:
            told += _announce_kind(kind, now, undo)
        except DatabaseError:
            logger.exception("Neuigkeiten der Art %s warten auf den nächsten Versuch", kind)
    return told


def mark_all_announced(*, now: datetime | None = None) -> int:
    """Facts loaded as backlog are born announced: nobody is notified. Call it in the loading transaction."""
    now = now or database_now()
    told = 0
    with transaction.atomic():
        for kind in NEWS:
            while announcements := _write_announcements(kind, now, timedelta(0)):
                told += len(announcements)
    return told


@transaction.atomic
def _announce_kind(kind: NewsKind, now: datetime, undo: timedelta) -> int:
    announcements = _write_announcements(kind, now, undo)
    return _write_notifications(announcements, next_digest(now)) if announcements else 0


def _write_announcements(kind: NewsKind, now: datetime, undo: timedelta) -> list[int]:
    """Announcement rows of facts not yet told. The facts are locked, so taking back and telling exclude each other."""
    facts = unannounced(kind, now, undo).select_for_update(of=("self",), skip_locked=True)
    columns = ("fact_key", "occurred_at", "solution_id", "region_id", "exploration_id", "tender_id")
    rows = [[getattr(fact, name, None) for name in CARRIED] for fact in facts[:BATCH]]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO subscriptions_announcement (kind, {", ".join(columns)})
                SELECT %s, * FROM unnest(%s::varchar[], %s::timestamptz[], %s::bigint[], %s::bigint[],
                                         %s::bigint[], %s::bigint[])
                ON CONFLICT (kind, fact_key) DO NOTHING RETURNING id""",
            [kind, *(list(values) for values in zip(*rows, strict=True))],
        )
        return [row[0] for row in cursor.fetchall()]


def _write_notifications(announcements: list[int], digest_at: datetime) -> int:
    """One notification a person and fact with all reasons; the most frequent of overlapping wishes wins."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH fact AS (SELECT * FROM subscriptions_announcement WHERE id = ANY (%s)),
                     person AS (
                       SELECT fact.id AS announcement_id, s.subscriber_id, array_agg(s.id ORDER BY s.id) AS reasons,
                              bool_or(s.frequency = '{AT_ONCE}') AS at_once, min(s.frequency) AS frequency
                       {MATCH} GROUP BY fact.id, s.subscriber_id)
                INSERT INTO subscriptions_notification
                       (announcement_id, subscriber_id, reasons, frequency, due_at)
                SELECT announcement_id, subscriber_id, reasons,
                       CASE WHEN at_once THEN '{AT_ONCE}' ELSE frequency END,
                       CASE WHEN at_once THEN clock_timestamp() ELSE %s END
                FROM person ON CONFLICT (subscriber_id, announcement_id) DO NOTHING""",
            [announcements, digest_at],
        )
        return cursor.rowcount
