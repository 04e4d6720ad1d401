"""Telling: from facts to one notification per person concerned, in one statement."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from members.clock import database_now
from members.models import PortalVersion
from subscriptions.actions.webhooks import queue_webhooks
from subscriptions.matching import MATCH
from subscriptions.models import Look
from subscriptions.news import CARRIED, NEWS, NewsKind, unannounced
from subscriptions.periods import DUE, due_moments

logger = logging.getLogger(__name__)
BATCH = 500
FULL_LOOK = timedelta(minutes=10)  # at the latest then all facts are looked through again, version or not
MARGIN = timedelta(minutes=1)


def announce(*, now: datetime | None = None) -> int:
    """Tell every kind of news that is due; returns how many notifications were made.

    Each kind in its own transaction: the announcement and all its notifications commit together or not at all.
    A kind that fails (somebody left in this very moment) stops no other; the next look tries it again.
    """
    now = now or database_now()
    undo = timedelta(seconds=settings.UNDO_SECONDS)
    told, looks = 0, Looks(now, undo)
    for kind in NEWS:
        try:
            told += _announce_kind(kind, now, undo, looks)
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


class Looks:
    """Where each kind has to be looked at: everywhere once the portal's version has moved, else since the last time."""

    def __init__(self, now: datetime, undo: timedelta) -> None:
        self.now, self.undo = now, undo
        self.version = PortalVersion.current()  # read first: what commits after it is found by the next look
        self._known = {look.kind: look for look in Look.objects.all()}

    def since(self, kind: NewsKind) -> datetime | None:
        """None: all facts, whatever their date."""
        last = self._known.get(kind)
        if last is None or last.version != self.version or not timedelta(0) <= self.now - last.looked_at <= FULL_LOOK:
            return None
        return last.looked_at - self.undo - MARGIN

    def keep(self, kind: NewsKind) -> None:
        """After a look through all facts that left none over."""
        Look.objects.update_or_create(kind=kind, defaults={"version": self.version, "looked_at": self.now})


def _announce_kind(kind: NewsKind, now: datetime, undo: timedelta, looks: Looks) -> int:
    since = looks.since(kind)
    if unannounced(kind, now, undo, since).exists():
        return _tell(kind, now, undo, since)
    if since is None:
        looks.keep(kind)
    return 0


@transaction.atomic
def _tell(kind: NewsKind, now: datetime, undo: timedelta, since: datetime | None) -> int:
    announcements = _write_announcements(kind, now, undo, since)
    if not announcements:
        return 0
    told = _write_notifications(announcements, now)
    queue_webhooks(announcements)
    return told


def _write_announcements(kind: NewsKind, now: datetime, undo: timedelta, since: datetime | None = None) -> list[int]:
    """Announcement rows of facts not yet told. The facts are locked, so taking back and telling exclude each other."""
    facts = unannounced(kind, now, undo, since).select_for_update(of=("self",), skip_locked=True)
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


def _write_notifications(announcements: list[int], now: datetime) -> int:
    """One notification a person and fact with all reasons; the quickest of overlapping wishes wins."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH fact AS (SELECT * FROM subscriptions_announcement WHERE id = ANY (%(facts)s))
                {MATCH}
                INSERT INTO subscriptions_notification (announcement_id, subscriber_id, reasons, frequency, due_at)
                SELECT announcement_id, subscriber_id, reasons, frequency, {DUE}
                FROM person ON CONFLICT (subscriber_id, announcement_id) DO NOTHING""",
            {"facts": announcements, **due_moments(now)},
        )
        return cursor.rowcount
