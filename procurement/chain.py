"""The chain that the portal makes visible: need, market exploration, tender, solution, regions."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse

from catalogue.models import Solution, Transfer
from members.models import Region
from procurement.models import MarketExploration, Tender

Step = dict[str, str]
Start = Solution | MarketExploration | Tender | Region


class Links(NamedTuple):
    """What hangs together with the page's object; public rows only."""

    explorations: list[MarketExploration]
    tenders: list[Tender]
    solutions: list[Solution]
    region_count: int


def chain_steps(start: Start, now: datetime) -> list[Step]:
    """Five steps, each done, here or missing (not known); four statements at most."""
    links = links_of(start, now)
    first = links.explorations[0] if links.explorations else None
    return [
        _step("Bedarf", "beschrieben" if first else "", f"{first.get_absolute_url()}#bedarf" if first else ""),
        _rows("Markterkundung", links.explorations, here=isinstance(start, MarketExploration)),
        _rows("Ausschreibung", links.tenders, here=isinstance(start, Tender)),
        _rows("Lösung", links.solutions, here=isinstance(start, Solution)),
        _regions(start, links),
    ]


def links_of(start: Start, now: datetime) -> Links:
    """Both ways from where we stand: an exploration leads to a solution directly or through its tender.

    Asked once for each object of a page, because its panels show the same rows.
    """
    if not hasattr(start, "_links"):
        start._links = _links(start, now)  # type: ignore[union-attr]
    return start._links  # type: ignore[union-attr]


def _links(start: Start, now: datetime) -> Links:
    solutions = list(_solutions(start))
    tenders = [start] if isinstance(start, Tender) else list(_tenders(start, solutions))
    explorations = (
        [start] if isinstance(start, MarketExploration) else list(_explorations(start, solutions, tenders, now))
    )
    return Links(explorations, tenders, solutions, _regions_reached(start, solutions))


def _regions_reached(start: Start, solutions: list[Solution]) -> int:
    """A Steckbrief has counted them already (catalogue.profile.public_solutions)."""
    if isinstance(start, Solution) and hasattr(start, "reached"):
        return int(start.reached)
    transfers = Transfer.objects.public().spreading().filter(solution__in=solutions)
    return transfers.values("region").distinct().count()


def _solutions(start: Start) -> QuerySet[Solution] | list[Solution]:
    rows = Solution.objects.published().distinct()
    match start:
        case MarketExploration():
            through = Tender.objects.announced().filter(explorations=start)
            return rows.filter(Q(explorations=start) | Q(tenders__in=through))
        case Tender():
            return rows.filter(tenders=start)
        case Region():
            return rows.filter(transfers__in=Transfer.objects.public().spreading().filter(region=start))
    return [start]


def _tenders(start: Start, solutions: list[Solution]) -> QuerySet[Tender]:
    rows = Tender.objects.announced().select_related("buyer").distinct()
    if isinstance(start, MarketExploration):
        return rows.filter(Q(explorations=start) | Q(solutions__in=solutions))
    return rows.filter(solutions__in=solutions)


def _explorations(
    start: Start, solutions: list[Solution], tenders: list[Tender], now: datetime
) -> QuerySet[MarketExploration]:
    rows = MarketExploration.objects.visible_at(now).select_related("buyer").distinct()
    if isinstance(start, Tender):
        return rows.filter(tenders=start)
    return rows.filter(Q(solutions__in=solutions) | Q(tenders__in=tenders))


def _rows(kind: str, rows: list[Any], *, here: bool) -> Step:
    """The first by name, the others as a number; where we stand needs no link."""
    if not rows:
        return _step(kind, "")
    more = f" und {len(rows) - 1} weitere" if len(rows) > 1 else ""
    return _step(kind, f"{rows[0]}{more}", "" if here else rows[0].get_absolute_url(), here=here)


def _regions(start: Start, links: Links) -> Step:
    if isinstance(start, Region):
        return _step("Regionen", start.label, here=True)
    n = links.region_count
    url = reverse("solution_spread", args=[links.solutions[0].slug]) if len(links.solutions) == 1 else ""
    return _step("Regionen", f"in {n} Region{'en' if n != 1 else ''}", url) if n else _step("Regionen", "")


def _step(kind: str, text: str, url: str = "", *, here: bool = False) -> Step:
    return {"kind": kind, "text": text, "url": url, "state": "here" if here else "done" if text else "missing"}
