"""When a digest is due: the morning, the Monday, every sixth Monday; in Berlin, so the clock change moves it in UTC."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from subscriptions.models import Subscription

Frequency = Subscription.Frequency
MORNING = time(7, 0)
FIRST_MONDAY = date(2026, 1, 5)  # the six weeks are counted from here, the same for everybody
# For each frequency but "at once": every so many days, counted from FIRST_MONDAY.
DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.SIX_WEEKS: 42}
# The same as SQL over a column `frequency`, with the parameters of due_moments().
DUE = (
    "CASE frequency "
    + " ".join(f"WHEN '{frequency}' THEN %({frequency})s::timestamptz" for frequency in DAYS)
    + " ELSE clock_timestamp() END"
)


def next_digest(frequency: str, now: datetime) -> datetime:
    """The next seven o'clock in Berlin on a day of this frequency, strictly later than now."""
    local = timezone.localtime(now)
    days = DAYS[Frequency(frequency)]
    day = local.date() + timedelta(days=-(local.date() - FIRST_MONDAY).days % days)
    due = datetime.combine(day, MORNING, tzinfo=timezone.get_default_timezone())
    if due <= local:
        due = datetime.combine(day + timedelta(days=days), MORNING, tzinfo=timezone.get_default_timezone())
    return due


def due_moments(now: datetime) -> dict[str, datetime]:
    """The next digest of each frequency."""
    return {str(frequency): next_digest(frequency, now) for frequency in DAYS}
