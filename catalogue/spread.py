"""How far a solution has spread, counted honestly: whoever is competent, each once, by the way it was reached.

A unit (municipality, Kreis or Land) is reached directly when the fact is its own; through its Kreis or association;
or through its Land or the Bund. Only public transfers that count as use (agreed, rollout, live) are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalogue.models import Solution, Transfer
from catalogue.units import counted_states
from members.models import Region

Kind = Region.Kind
LOCAL = (Kind.MUNICIPALITY, Kind.ASSOCIATION, Kind.DISTRICT)
UNITS = {  # what is counted: one, many, and in "in 3 von 400 ..."
    Kind.MUNICIPALITY: ("Gemeinde", "Gemeinden", "Gemeinden"),
    Kind.DISTRICT: ("Kreis", "Kreise und kreisfreie Städte", "Kreisen und kreisfreien Städten"),
    Kind.STATE: ("Land", "Länder", "Ländern"),
}


class Segment(NamedTuple):
    """Of a bar. Text: numbers would be written with a German comma or point."""

    way: str
    start: str
    length: str


@dataclass(frozen=True)
class Reach:
    """Of one Land, or of all together. The four ways exclude each other: direct before regional before above."""

    key: str
    label: str
    units: int
    people: int
    direct: int = 0
    regional: int = 0
    above: int = 0
    coming: int = 0
    people_direct: int = 0
    people_reached: int = 0

    @property
    def reached(self) -> int:
        return self.direct + self.regional + self.above

    @property
    def share(self) -> str:
        return percent(self.people_reached, self.people)

    @property
    def bar(self) -> list[Segment]:
        """Its units from left to right in thousandths, without those that are not reached."""
        if not self.units:
            return []
        ways = (("direct", self.direct), ("regional", self.regional), ("above", self.above), ("coming", self.coming))
        ends = list(accumulate(n for _, n in ways))
        return [
            Segment(way, str((end - n) * 1000 // self.units), str(max(4, n * 1000 // self.units)))
            for (way, n), end in zip(ways, ends, strict=True)
            if n
        ]


@dataclass(frozen=True)
class Coverage:
    kind: str
    total: Reach
    states: list[Reach] = field(default_factory=list)

    @property
    def touched(self) -> list[Reach]:
        return [reach for reach in self.states if reach.reached or reach.coming]

    @property
    def unit(self) -> str:
        return UNITS[Kind(self.kind)][0]

    @property
    def units(self) -> str:
        return UNITS[Kind(self.kind)][1]

    @property
    def of_units(self) -> str:
        return UNITS[Kind(self.kind)][2]


def coverage_of(solution: Solution) -> Coverage:
    return coverages_of([solution])[solution.pk]


def coverages_of(solutions: Iterable[Solution]) -> dict[int, Coverage]:
    """One statement. Counted are those competent for the task, municipalities where that is not known."""
    counted = counted_states([solution.pk for solution in solutions], [kind.value for kind in UNITS])
    return {pk: _coverage(kind, [Reach(*row) for row in rows]) for pk, (kind, rows) in counted.items()}


def _coverage(kind: str, states: list[Reach]) -> Coverage:
    numbers = [sum(column) for column in zip(*(_numbers(reach) for reach in states), strict=True)]
    return Coverage(kind, Reach("", "Deutschland", *(numbers or [0, 0])), states)


def _numbers(reach: Reach) -> tuple[int, ...]:
    return (
        reach.units, reach.people, reach.direct, reach.regional, reach.above, reach.coming,
        reach.people_direct, reach.people_reached,
    )  # fmt: skip


def percent(part: int, whole: int) -> str:
    """Rounded down, so that 99.6 % never shows as all; a few are not shown as none."""
    if not whole or not part:
        return "0 %"
    return "unter 1 %" if part * 100 < whole else f"{part * 100 // whole} %"


def with_reach(solutions: QuerySet[Solution]) -> QuerySet[Solution]:
    """Annotates how many local regions and Länder use it and how many it comes to: for cards, in one statement."""
    live, coming = Q(stage=Transfer.Stage.LIVE), ~Q(stage=Transfer.Stage.LIVE)
    local, state = Q(region__kind__in=LOCAL), Q(region__kind=Kind.STATE)
    return solutions.annotate(
        local_live=regions_reached(live & local),
        states_live=regions_reached(live & state),
        federal_live=regions_reached(live & Q(region__kind=Kind.FEDERAL)),
        local_coming=regions_reached(coming & local),
        states_coming=regions_reached(coming & state),
    )


def regions_reached(which: Q = Q()) -> Coalesce:  # noqa: B008 - a Q is never changed
    """Of the outer solution: the regions with a use that the condition on transfers holds for, each once."""
    rows = Transfer.objects.spreading().filter(which, solution=OuterRef("pk")).order_by().values("solution")
    n = Subquery(rows.annotate(n=Count("region", distinct=True)).values("n"), output_field=IntegerField())
    return Coalesce(n, 0)


def reach_sentence(solution: Solution) -> str:
    """ "im Einsatz in 34 Kommunen, 4 Ländern", nothing where no use is known; needs `with_reach`."""
    live = places(solution.local_live, solution.states_live)
    if solution.federal_live:
        live = f"{live} und beim Bund" if live else "beim Bund"
        live = live if live == "beim Bund" else f"in {live}"
    elif live:
        live = f"in {live}"
    coming = places(solution.local_coming, solution.states_coming)
    if live and coming:
        return f"im Einsatz {live}; kommt in {coming}"
    if live:
        return f"im Einsatz {live}"
    return f"kommt in {coming}" if coming else ""


def places(local: int, states: int) -> str:
    """ "34 Kommunen, 4 Ländern": in the dative, after "in"."""
    named = []
    if local:
        named.append("1 Kommune" if local == 1 else f"{local} Kommunen")
    if states:
        named.append("1 Land" if states == 1 else f"{states} Ländern")
    return ", ".join(named)


def map_facts(transfers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(key of a region, stage of a transfer) as the map wants it."""
    return [(key, "live" if stage == Transfer.Stage.LIVE else "coming") for key, stage in transfers]
