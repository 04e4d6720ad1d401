"""Invented subscribers: the municipalities of Germany in the order of their keys, each with what it asked for."""

from datetime import UTC, datetime
from random import Random

from govtech_portal.synthetic_catalogue.copying import copy_new
from members.models import Region
from subscriptions.models import Subscriber, Subscription
from subscriptions.news import NewsKind

CONFIRMED = datetime(2026, 1, 5, 9, tzinfo=UTC)
AT_ONCE, WEEKLY = Subscription.Frequency.AT_ONCE, Subscription.Frequency.WEEKLY


def address(number: int) -> str:
    return f"rathaus-{number:06}@kommune.example"


def add_subscribers(count: int, seed: int) -> int:
    """So many in all; returns how many are new. Everybody follows the own place and what is above it."""
    known = Subscriber.objects.filter(email__startswith="rathaus-", email__endswith="@kommune.example").count()
    numbers = range(known, count)
    people = copy_new(
        Subscriber(email=address(number), created_at=CONFIRMED, confirmed_at=CONFIRMED, consent_wording="muster")
        for number in numbers
    )
    places = list(Region.objects.valid().municipalities().order_by("key").values_list("canonical_id", "pk", named=True))
    copy_new(
        _wish(person, places[number % len(places)], Random(f"{seed}:{number}"))  # noqa: S311  # invented data
        for number, person in zip(numbers, people, strict=True)
    )
    return len(people)


def _wish(person: Subscriber, place: tuple[int | None, int], chance: Random) -> Subscription:
    canonical, own = place
    fields = chance.sample(("ki", "cloud", "open-source"), 1) if chance.random() < 0.2 else []
    return Subscription(
        subscriber=person, region_id=canonical or own, directions=["this", "above"], fields_of_action=fields,
        kinds=[kind.value for kind in NewsKind], frequency=AT_ONCE if chance.random() < 0.9 else WEEKLY,
        created_at=CONFIRMED, confirmed_at=CONFIRMED,
    )  # fmt: skip
