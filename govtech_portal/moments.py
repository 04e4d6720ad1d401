"""The moments at which pages change although nobody writes: deadlines pass, results come out, days begin."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from catalogue.models import Transfer
from catalogue.models.transfers import CONFIRMED_FOR
from procurement.models import MarketExploration

EXPLORATION_DATES = ("opened_at", "questions_due_at", "responses_due_at", "result_published_at", "withdrawn_at")
DAY = timedelta(days=1)


def midnight_before(now: datetime) -> datetime:
    """The begin of this day in Berlin, in UTC."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def flips_of_the_day(begin: datetime) -> list[datetime]:
    """When dates shown on pages pass within a day (25 hours long once a year) from `begin`, in order."""
    end = begin + DAY + timedelta(hours=1)
    found: set[datetime] = set()
    for name in EXPLORATION_DATES:
        dates = MarketExploration.objects.filter(**{f"{name}__gt": begin, f"{name}__lte": end})
        found |= set(dates.values_list(name, flat=True))
    due = Transfer.objects.filter(verified_at__gt=begin - CONFIRMED_FOR, verified_at__lte=end - CONFIRMED_FOR)
    found |= set(due.annotate(flip=F("verified_at") + CONFIRMED_FOR).values_list("flip", flat=True))
    return sorted(found)


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
