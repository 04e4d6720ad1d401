"""The moments at which pages change although nobody writes: deadlines pass, results come out, days begin."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from catalogue.models.transfers import CONFIRMED_FOR

DAY = timedelta(days=1)
FLIPS = """
    SELECT flip FROM procurement_marketexploration CROSS JOIN unnest(
        ARRAY[opened_at, questions_due_at, responses_due_at, result_published_at, withdrawn_at]) AS flip
    WHERE flip > %(begin)s AND flip <= %(end)s
    UNION
    SELECT COALESCE(verified_at, declared_at) + %(holds)s FROM catalogue_transfer
    WHERE COALESCE(verified_at, declared_at) > %(begin)s - %(holds)s
        AND COALESCE(verified_at, declared_at) <= %(end)s - %(holds)s
"""


def midnight_before(now: datetime) -> datetime:
    """The begin of this day in Berlin, in UTC."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def flips_of_the_day(begin: datetime) -> list[datetime]:
    """When dates shown on pages pass within a day (25 hours long once a year) from `begin`, in order; one statement."""
    end = begin + DAY + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute(FLIPS, {"begin": begin, "end": end, "holds": CONFIRMED_FOR})
        return sorted(flip for (flip,) in cursor.fetchall())


def last_flip(version: int, now: datetime) -> datetime:
    """The latest moment up to now at which a page may have changed without a write; asked once a version and day."""
    begin = midnight_before(now)
    key = f"flips:{version}:{begin:%Y%m%d}"
    flips = cache.get(key)
    if flips is None:
        flips = flips_of_the_day(begin)
        cache.set(key, flips, DAY.total_seconds())
    passed = bisect_right(flips, now)
    return flips[passed - 1] if passed else begin
