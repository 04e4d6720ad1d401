from collections.abc import Callable

import pytest
from django.utils import timezone

from catalogue.models import FieldOfAction, Solution
from members.models import Region
from subscriptions.models import Subscriber, Subscription
from subscriptions.news import NewsKind

THIS, WITHIN, ABOVE, NEIGHBOURS, LIKE_SIZED = Subscription.Direction.values


@pytest.fixture
def llmoin(db) -> Solution:
    solution = Solution.objects.create(
        slug="llmoin", title="LLMoin", summary="Hilft beim Schreiben.", number=1,
        editorial_status=Solution.EditorialStatus.PUBLISHED, published_at=timezone.now(),
    )  # fmt: skip
    solution.fields_of_action.add(FieldOfAction.objects.get_or_create(slug="ki", defaults={"name": "KI"})[0])
    return solution


@pytest.fixture
def subscribe(db) -> Callable[..., Subscription]:
    """A confirmed subscription, as after the double opt-in."""

    def make(email: str, region: Region | None = None, **fields) -> Subscription:
        now = timezone.now()
        subscriber, _ = Subscriber.objects.get_or_create(email=email, defaults={"confirmed_at": now})
        fields = {"kinds": [NewsKind.ARRIVAL], "confirmed_at": now} | fields
        if region:
            fields = {"directions": [THIS, WITHIN, ABOVE]} | fields
        return Subscription.objects.create(subscriber=subscriber, region=region, **fields)

    return make
