"""Digests: the morning, the Monday, every sixth Monday in Berlin; each once, whatever runs twice or not at all (N8)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue.models import Solution
from members.mail import deliver
from subscriptions.actions import change_subscription, collect_digests, pause, resume
from subscriptions.actions.announcing import _write_notifications
from subscriptions.mail import DIGESTS
from subscriptions.models import Announcement, Digest, Notification
from subscriptions.periods import next_digest

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ADDRESS = "kreis@mayen-koblenz.example"


def berlin(year: int, month: int, day: int, hour: int = 7, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def happens(regions, llmoin) -> Callable[..., list[Notification]]:
    """Facts at a moment, each told to whoever follows (subscriptions of these tests began in 2026)."""
    numbers = iter(range(10_000))

    def at(now: datetime, *keys: str, kind: str = "arrival", solution: Solution = llmoin) -> list[Notification]:
        facts = [
            Announcement.objects.create(
                kind=kind, fact_key=str(next(numbers)), occurred_at=now, solution=solution, region=regions[key]
            )
            for key in keys or ("07137",)
        ]
        _write_notifications([fact.pk for fact in facts], now)
        return list(Notification.objects.filter(announcement__in=facts))

    return at


@pytest.fixture
def follow(subscribe, regions):
    def make(frequency: str, email: str = ADDRESS, **fields):
        past = datetime(2026, 1, 1, tzinfo=UTC)
        asked = {"kinds": ["arrival", "major_update"]} | fields
        made = subscribe(email, regions["07"], frequency=frequency, confirmed_at=past, **asked)
        type(made.subscriber).objects.update(confirmed_at=past)
        return made

    return make


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        ("daily", berlin(2026, 11, 24, 6, 59), berlin(2026, 11, 24)),
        ("daily", berlin(2026, 11, 24, 7, 0), berlin(2026, 11, 25)),
        ("daily", berlin(2026, 3, 28, 12), berlin(2026, 3, 29)),  # the night of 23 hours
        ("daily", berlin(2026, 10, 24, 12), berlin(2026, 10, 25)),  # the night of 25 hours
        ("weekly", berlin(2026, 11, 24), berlin(2026, 11, 30)),
        ("weekly", berlin(2026, 10, 20), berlin(2026, 10, 26)),
        ("six_weeks", berlin(2026, 1, 4), berlin(2026, 1, 5)),
        ("six_weeks", berlin(2026, 1, 5), berlin(2026, 2, 16)),
        ("six_weeks", berlin(2026, 2, 17), berlin(2026, 3, 30)),
        ("six_weeks", berlin(2025, 12, 1), berlin(2026, 1, 5)),
    ],
)
def test_each_frequency_has_its_day_at_seven_in_berlin(frequency, now, due):
    assert next_digest(frequency, now) == due
    assert timezone.localtime(next_digest(frequency, now)).hour == 7


@pytest.mark.parametrize(("frequency", "digests"), [("daily", 9), ("weekly", 2), ("six_weeks", 2)])
@pytest.mark.parametrize("start", [berlin(2026, 3, 24, 12), berlin(2026, 10, 20, 12)])
def test_beats_over_the_clock_change_make_each_digest_once(happens, follow, frequency, digests, start):
    """Something happens on nine days; two beats look every six hours."""
    follow(frequency)
    for hour in range(0, 11 * 24, 6):
        now = start + hour * HOUR
        if hour % 24 == 0 and hour < 9 * 24:
            happens(now)
        collect_digests(now=now)
        collect_digests(now=now)
    collect_digests(now=start + 55 * DAY)

    told = list(Notification.objects.select_related("digest"))
    assert len(told) == 9
    assert all(timezone.localtime(one.due_at).date() == one.digest.period for one in told)
    assert Digest.objects.count() == digests


def test_missed_days_come_as_one_digest_and_none_is_lost(happens, follow):
    follow("daily")
    for day in (2, 3, 4):
        happens(berlin(2026, 11, day, 12))
    assert collect_digests(now=berlin(2026, 11, 5, 9, 30)) == 1  # the server was off for three days
    assert Digest.objects.get().period.isoformat() == "2026-11-05"
    assert Notification.objects.filter(digest=Digest.objects.get()).count() == 3


def test_two_frequencies_on_one_morning_are_one_mail(happens, follow, inbox):
    follow("weekly", kinds=["arrival"])
    follow("daily", kinds=["major_update"])
    happens(berlin(2026, 11, 28, 12))
    happens(berlin(2026, 11, 29, 12), kind="major_update")
    assert {one.frequency for one in Notification.objects.all()} == {"weekly", "daily"}

    assert collect_digests(now=berlin(2026, 11, 30)) == 1
    assert Notification.objects.filter(digest=Digest.objects.get()).count() == 2


def test_a_changed_frequency_loses_nothing_and_doubles_nothing(happens, follow):
    one = follow("weekly")
    happens(berlin(2026, 11, 24, 12))
    for frequency in ("daily", "six_weeks", "at_once"):
        change_subscription(subscription=one, frequency=frequency)
        happens(berlin(2026, 11, 24, 13))
    frequencies = Notification.objects.order_by("pk").values_list("frequency", flat=True)
    assert list(frequencies) == ["weekly", "daily", "six_weeks", "at_once"]

    made = [collect_digests(now=berlin(2026, 11, day)) for day in range(25, 31)]
    assert made == [1, 0, 0, 0, 0, 1]
    assert collect_digests(now=next_digest("six_weeks", berlin(2026, 11, 24, 13))) == 1
    assert Notification.objects.filter(digest=None).get().frequency == "at_once"


def test_a_pause_holds_what_waits_and_nothing_else_is_told(happens, follow):
    subscriber = follow("weekly").subscriber
    happens(berlin(2026, 11, 24, 12))
    pause(subscriber=subscriber)
    assert happens(berlin(2026, 11, 25, 12)) == []
    assert collect_digests(now=berlin(2026, 11, 30)) == 0
    assert collect_digests(now=berlin(2027, 11, 30)) == 0

    resume(subscriber=subscriber)
    assert collect_digests(now=timezone.now() + DAY) == 1
    assert Notification.objects.filter(digest__isnull=False).count() == 1


def test_a_digest_is_grouped_by_region_and_kind_the_newest_first(happens, follow, inbox, regions):
    follow("weekly")
    happens(berlin(2026, 11, 24, 9), "07137", "071375002086")
    happens(berlin(2026, 11, 24, 10), "07137", kind="major_update")
    happens(berlin(2026, 11, 24, 11), "071375002086", "07")
    collect_digests(now=berlin(2026, 11, 30))
    assert deliver(DIGESTS).sent == 1

    text = inbox.messages[0].get_body(("plain",)).get_content()
    html = inbox.messages[0].get_body(("html",)).get_content()
    heads = [line.strip("= ") for line in text.splitlines() if line.startswith("==")]
    assert heads == ["Rheinland-Pfalz", "Polch", "Landkreis Mayen-Koblenz"]
    assert [text.count(f"{kind}:") for kind in ("Wichtige Neuerung einer Lösung", "Lösung in neuer Region")] == [1, 0]
    positions = [html.index(f"{head}</h2>") for head in heads]
    assert positions == sorted(positions)
    assert "Rheinland-Pfalz: 1 · Polch: 2 · Landkreis Mayen-Koblenz: 2" in html
    assert (html.count("<h1"), html.count("<h2"), html.count("<h4")) == (1, 4, 5)


def test_a_solution_that_left_the_catalogue_is_not_named_in_a_digest(happens, follow, inbox, llmoin):
    follow("daily")
    gone = Solution.objects.create(
        slug="weg",
        title="Zurückgezogen",
        summary="-",
        number=1,
        editorial_status="withdrawn",
        published_at=timezone.now(),
    )
    happens(berlin(2026, 11, 24, 12))
    happens(berlin(2026, 11, 24, 13), solution=gone)
    collect_digests(now=berlin(2026, 11, 25))
    deliver(DIGESTS)
    assert "Zurückgezogen" not in inbox.messages[0].as_string()
    assert not Notification.objects.open().exists()


def test_a_long_digest_names_every_news(happens, follow, inbox):
    follow("weekly")
    happens(berlin(2026, 11, 24, 12), *["07137"] * 60)
    collect_digests(now=berlin(2026, 11, 30))
    deliver(DIGESTS)
    html = inbox.messages[0].get_body(("html",)).get_content()
    assert (html.count("<h4"), html.count("/loesungen/llmoin/")) == (40, 60)
    assert len(html.encode()) < 100_000  # where mail services cut off
