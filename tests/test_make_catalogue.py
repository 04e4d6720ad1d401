"""`make_catalogue` fills a database of its own with the same invented catalogue every time."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue.models import Arrival, SearchEntry, Solution, SolutionRevision, Transfer, TransferMove
from govtech_portal.synthetic_catalogue.solutions import solution_of
from members.models import Region
from subscriptions.actions import announce
from subscriptions.models import Announcement, Notification, Subscriber, Subscription

NAMES = ("slug", "title", "summary", "description", "licence", "levels", "campus_stage", "published_at")


@pytest.fixture
def country(regions):
    """Enough places for ten transfers each."""
    for number in range(14):
        Region.objects.create(
            key=f"0713750021{number:02}", kind="municipality", name=f"Ort {number}", label=f"Ort {number}",
            population=900 + number, sort_key=f"ort {number:02}", search_text=f"ort {number}", lon=7.4, lat=50.3,
        )  # fmt: skip


def make(**options) -> str:
    told = StringIO()
    call_command("make_catalogue", stdout=told, **options)
    return told.getvalue()


def content() -> list[str]:
    return [repr(row) for row in Solution.objects.order_by("slug").values_list(*NAMES)]


def test_the_same_seed_makes_the_same_catalogue_and_a_bigger_one_begins_with_it(country):
    make(solutions=12, subscribers=5)
    first = content()
    uses = sorted(Transfer.objects.values_list("solution__slug", "region__key", "stage", "verification"))
    make(solutions=30, subscribers=8)
    assert set(first) < set(content())
    assert set(uses) < set(Transfer.objects.values_list("solution__slug", "region__key", "stage", "verification"))
    drawn = sorted((solution_of(1, n)[0] for n in range(30)), key=lambda one: one.slug)
    rows = Solution.objects.order_by("slug").values_list(*NAMES)
    assert list(rows) == [tuple(getattr(one, name) for name in NAMES) for one in drawn]
    assert solution_of(2, 0)[0].title != solution_of(1, 0)[0].title
    assert (Subscriber.objects.confirmed().count(), Subscription.objects.exclude(confirmed_at=None).count()) == (8, 8)
    assert "0 Lösungen neu" in make(solutions=30, subscribers=8)


def test_it_is_complete_as_the_verbs_would_have_left_it(country):
    make(solutions=30)
    assert Transfer.objects.count() == 300
    assert {solution.transfers.values("region").distinct().count() for solution in Solution.objects.all()} == {10}
    assert 1500 <= sum(len(one.description) for one in Solution.objects.all()) / 30 <= 2600
    verified = Transfer.objects.filter(verification="verified").spreading()
    assert set(Arrival.objects.values_list("transfer", flat=True)) == set(verified.values_list("pk", flat=True))
    moved = TransferMove.objects.exclude(stage="interest", verification="unverified").values_list("transfer", flat=True)
    assert set(Transfer.objects.exclude(stage="interest").values_list("pk", flat=True)) <= set(moved)
    assert SolutionRevision.objects.released().count() == SearchEntry.objects.count() == 30
    assert Transfer.objects.exclude(from_transfer=None).exists()


def test_nobody_is_told_of_an_invented_past(country, settings):
    settings.UNDO_SECONDS = 0
    make(solutions=10, subscribers=20)
    known = Announcement.objects.count()
    assert known >= Arrival.objects.count() + 10
    announce(now=timezone.now())
    assert (Announcement.objects.count(), Notification.objects.count()) == (known, 0)


def test_it_refuses_a_database_with_other_solutions(country):
    Solution.objects.create(slug="echt", title="Echt", summary="Eine echte Lösung.")
    with pytest.raises(CommandError, match="1 andere Lösungen"):
        make(solutions=5)
    assert Solution.objects.count() == 1
    make(solutions=2, force=True)
    assert Solution.objects.count() == 3
