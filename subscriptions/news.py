"""The kinds of news: for each, the queryset of dated facts, so that a fact cannot be forgotten between processes.

A new kind is one function here, one template pair in templates/subscriptions/email/ and its test.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, TruncDate

from catalogue.models import Arrival, Solution, SolutionRevision
from procurement.models import MarketExploration, Tender
from subscriptions.models import Announcement, NewsKind

DUE_SOON = timedelta(days=7)

Facts = QuerySet[Any]
# What a fact carries to its announcement; a source annotates those it has.
CARRIED = ("fact_key", "occurred_at", "solution_id", "region_id", "exploration_id", "tender_id")


def arrivals(now: datetime, undo: timedelta) -> Facts:
    """A solution reached a region; from when nobody can take it back any more."""
    return (
        Arrival.objects.public()
        .filter(arrived_at__lte=now - undo)
        .annotate(fact_key=_text("pk"), occurred_at=F("arrived_at"))
    )


def solutions_published(now: datetime, undo: timedelta) -> Facts:
    return (
        Solution.objects.published()
        .filter(published_at__lte=now)
        .annotate(fact_key=_text("pk"), occurred_at=F("published_at"), solution_id=F("pk"))
    )


def major_updates(now: datetime, undo: timedelta) -> Facts:
    return _releases(now).filter(is_major_update=True, number__gt=1)


def solutions_retired(now: datetime, undo: timedelta) -> Facts:
    return _releases(now).filter(retires=True)


def explorations_opened(now: datetime, undo: timedelta) -> Facts:
    return _explorations(MarketExploration.objects.open_at(now)).annotate(
        fact_key=F("slug"), occurred_at=F("opened_at")
    )


def explorations_due(now: datetime, undo: timedelta) -> Facts:
    """Seven days are left; an extended deadline is a new fact."""
    soon = MarketExploration.objects.open_at(now).filter(
        responses_due_at__lte=now + DUE_SOON, opened_at__lte=F("responses_due_at") - DUE_SOON
    )
    return _explorations(soon).annotate(
        fact_key=Concat("slug", Value("@"), Cast(TruncDate("responses_due_at"), CharField())),
        occurred_at=F("responses_due_at") - DUE_SOON,
    )


def exploration_results(now: datetime, undo: timedelta) -> Facts:
    published = MarketExploration.objects.filter(result_published_at__lte=now, withdrawn_at=None)
    return _explorations(published).annotate(fact_key=F("slug"), occurred_at=F("result_published_at"))


def tenders_awarded(now: datetime, undo: timedelta) -> Facts:
    awarded = Tender.objects.announced().filter(awarded_at__lte=now)
    return awarded.annotate(fact_key=F("slug"), occurred_at=F("awarded_at"), tender_id=F("pk"))


NEWS: dict[NewsKind, Callable[[datetime, timedelta], Facts]] = {
    NewsKind.ARRIVAL: arrivals,
    NewsKind.SOLUTION_PUBLISHED: solutions_published,
    NewsKind.MAJOR_UPDATE: major_updates,
    NewsKind.SOLUTION_RETIRED: solutions_retired,
    NewsKind.EXPLORATION_OPENED: explorations_opened,
    NewsKind.EXPLORATION_DUE: explorations_due,
    NewsKind.EXPLORATION_RESULT: exploration_results,
    NewsKind.TENDER_AWARDED: tenders_awarded,
}


def unannounced(kind: NewsKind, now: datetime, undo: timedelta) -> Facts:
    """The facts of this kind that nobody was told of yet, oldest first."""
    told = Announcement.objects.filter(kind=kind, fact_key=OuterRef("fact_key"))
    return NEWS[kind](now, undo).filter(~Exists(told)).order_by("occurred_at", "pk")


def _text(name: str) -> Cast:
    return Cast(name, CharField())


def _releases(now: datetime) -> Facts:
    return (
        SolutionRevision.objects.released()
        .filter(released_at__lte=now, solution__editorial_status=Solution.EditorialStatus.PUBLISHED)
        .annotate(fact_key=_text("pk"), occurred_at=F("released_at"))
    )


def _explorations(explorations: Facts) -> Facts:
    return explorations.annotate(exploration_id=F("pk"))
