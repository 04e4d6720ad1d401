"""A look costs the same with many facts, and misses none, whatever its date and whenever it was committed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.actions import record_transfer
from catalogue.models import Arrival
from subscriptions.actions import announce
from subscriptions.actions.announcing import FULL_LOOK
from subscriptions.models import Announcement, Look

pytestmark = pytest.mark.django_db
LIVE = {"stage": "live", "verification": "verified", "evidence": "Vertrag"}


@pytest.fixture(autouse=True)
def _no_undo_window(settings):
    settings.UNDO_SECONDS = 0


def announced() -> int:
    return Announcement.objects.filter(kind="arrival").count()


def test_a_fact_of_long_ago_that_is_written_today_is_found_at_the_next_look(regions, llmoin, editor):
    announce()
    assert announced() == 0
    long_ago = timezone.now() - timedelta(days=400)
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, at=long_ago, **LIVE)
    announce()
    assert announced() == 1


def test_a_date_that_is_changed_by_sql_is_found_too(regions, llmoin, editor, settings):
    settings.UNDO_SECONDS = 3600
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    announce()
    assert announced() == 0
    Arrival.objects.update(arrived_at=timezone.now() - timedelta(days=30))
    announce()
    assert announced() == 1


def test_what_only_the_clock_makes_due_is_found(regions, llmoin, editor, settings):
    settings.UNDO_SECONDS = 3600
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    now = timezone.now()
    for minutes in range(0, 60, 5):
        announce(now=now + timedelta(minutes=minutes))
    assert announced() == 0
    announce(now=now + timedelta(minutes=61))
    assert announced() == 1


def test_between_two_writes_only_what_occurred_since_is_looked_at(regions, llmoin, editor):
    record_transfer(solution=llmoin, region=regions["07137"], by=editor, **LIVE)
    announce()
    announce()  # through everything, and nothing is left
    with CaptureQueriesContext(
        connection,
    ) as look:
        announce()
    asked = [query["sql"] for query in look if "catalogue_arrival" in query["sql"]]
    assert len(asked) == 1
    assert '"arrived_at" > ' in asked[0]


def test_after_ten_minutes_everything_is_looked_through_again(regions):
    announce()
    first = Look.objects.get(kind="arrival").looked_at
    announce(now=first + FULL_LOOK / 2)
    assert Look.objects.get(kind="arrival").looked_at == first
    later = first + FULL_LOOK + timedelta(seconds=1)
    announce(now=later)
    assert Look.objects.get(kind="arrival").looked_at == later
