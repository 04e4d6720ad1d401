"""The kinds of news: for each, the queryset of dated facts, so that a fact cannot be forgotten between processes.

A new kind is an entry and a function here, one template pair in templates/subscriptions/email/ and its test.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, TextChoices, Value
from django.db.models.functions import Cast, Concat, TruncDate

from catalogue.models import Arrival, PracticeReport, Solution, SolutionRevision
from procurement.models import Clarification, MarketExploration, Tender
from subscriptions.models import Announcement

DUE_SOON = timedelta(days=7)


class NewsKind(TextChoices):
    """The kinds of news. The value is stored: in subscriptions, and with the fact that was told."""

    SOLUTION_PUBLISHED = "solution_published", "Neue Lösung im Katalog"
    ARRIVAL = "arrival", "Lösung in neuer Region angekommen"
    MAJOR_UPDATE = "major_update", "Wichtige Neuerung einer Lösung"
    SOLUTION_RETIRED = "solution_retired", "Lösung läuft aus"
    PRACTICE_REPORT = "practice_report", "Praxisbericht erschienen"
    EXPLORATION_OPENED = "exploration_opened", "Markterkundung eröffnet"
    EXPLORATION_DUE = "exploration_due", "Frist in sieben Tagen"
    CLARIFICATION = "clarification", "Antwort veröffentlicht"
    EXPLORATION_RESULT = "exploration_result", "Ergebnis einer Markterkundung"
    TENDER_AWARDED = "tender_awarded", "Zuschlag erteilt"


# What a person chooses from, said so that it is clear outside of its list.
OFFERED = {
    NewsKind.ARRIVAL: "Eine Lösung kommt in einer neuen Region an",
    NewsKind.SOLUTION_PUBLISHED: "Eine neue Lösung steht im Katalog",
    NewsKind.MAJOR_UPDATE: "Eine Lösung hat eine wichtige Neuerung",
    NewsKind.SOLUTION_RETIRED: "Eine Lösung läuft aus",
    NewsKind.PRACTICE_REPORT: "Eine Verwaltung berichtet, wie die Einführung lief",
    NewsKind.EXPLORATION_OPENED: "Eine Markterkundung beginnt",
    NewsKind.EXPLORATION_DUE: "Die Frist einer Markterkundung endet in sieben Tagen",
    NewsKind.CLARIFICATION: "In einer Markterkundung wurde eine Frage beantwortet",
    NewsKind.EXPLORATION_RESULT: "Das Ergebnis einer Markterkundung ist da",
    NewsKind.TENDER_AWARDED: "Ein Zuschlag ist erteilt",
}

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


def practice_reports(now: datetime, undo: timedelta) -> Facts:
    """What an organisation learned by taking a solution over, in the region where it did."""
    released = PracticeReport.objects.released().filter(released_at__lte=now)
    return released.annotate(
        fact_key=_text("pk"), occurred_at=F("released_at"),
        solution_id=F("transfer__solution_id"), region_id=F("transfer__region_id"),
    )  # fmt: skip


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


def clarifications(now: datetime, undo: timedelta) -> Facts:
    """Each answer is a fact of its own: all must learn what one was told."""
    answered = Clarification.objects.published_at(now).filter(exploration__withdrawn_at=None)
    return answered.annotate(fact_key=_text("pk"), occurred_at=F("published_at"), region_id=F("exploration__region_id"))


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
    NewsKind.PRACTICE_REPORT: practice_reports,
    NewsKind.EXPLORATION_OPENED: explorations_opened,
    NewsKind.EXPLORATION_DUE: explorations_due,
    NewsKind.CLARIFICATION: clarifications,
    NewsKind.EXPLORATION_RESULT: exploration_results,
    NewsKind.TENDER_AWARDED: tenders_awarded,
}


def unannounced(kind: NewsKind, now: datetime, undo: timedelta, since: datetime | None = None) -> Facts:
    """The facts of this kind that nobody was told of yet, oldest first; those that occurred after `since`, or all."""
    told = Announcement.objects.filter(kind=kind, fact_key=OuterRef("fact_key"))
    facts = NEWS[kind](now, undo)
    facts = facts.filter(occurred_at__gt=since) if since else facts
    return facts.filter(~Exists(told)).order_by("occurred_at", "pk")


def headline(announcement: Announcement) -> str:
    """What was announced, in one line: for staff and for whoever takes their data along."""
    return f"{NewsKind(announcement.kind).label}: {announcement.subject or 'nicht mehr im Katalog'}"


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
