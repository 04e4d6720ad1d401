"""How far a solution has spread, counted honestly: whoever is competent, each once, by the way it was reached.

A unit (municipality, Kreis or Land) is reached directly when the fact is its own; through its Kreis or association;
or through its Land or the Bund. Only public transfers that count as use (agreed, rollout, live) are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalogue.models import Solution, Transfer
from members.models import Region

Kind = Region.Kind
LOCAL = (Kind.MUNICIPALITY, Kind.ASSOCIATION, Kind.DISTRICT)
UNITS = {  # what is counted: one, many, and in "in 3 von 400 ..."
    Kind.MUNICIPALITY: ("Gemeinde", "Gemeinden", "Gemeinden"),
    Kind.DISTRICT: ("Kreis", "Kreise und kreisfreie Städte", "Kreisen und kreisfreien Städten"),
    Kind.STATE: ("Land", "Länder", "Ländern"),
}

# From the facts down: a fact reaches a range of the index on keys, so what is reached by nobody is never looked at.
# Of the ways to a unit the nearest live one counts: 1 itself (by the row of its place that facts store), 2 through
# association or Kreis, 3 through Regierungsbezirk, Land or Bund; none where it only comes.
COVERAGE = """
WITH asked AS MATERIALIZED (
    SELECT id, CASE WHEN competent_level = ANY(%(kinds)s) THEN competent_level ELSE 'municipality' END AS kind
    FROM catalogue_solution WHERE id = ANY(%(solutions)s)
), facts AS MATERIALIZED (
    SELECT a.id, a.kind, r.key, bool_or(t.stage = 'live') AS live
    FROM asked a JOIN catalogue_transfer t ON t.solution_id = a.id JOIN members_region r ON r.id = t.region_id
    WHERE t.stage IN ('agreed', 'rollout', 'live')
    GROUP BY a.id, a.kind, r.key
), reached AS (
    SELECT f.id, left(u.key, 2) AS state, u.population, min(
        CASE WHEN f.key = COALESCE(c.key, u.key) THEN 1 WHEN length(f.key) >= 5 THEN 2 ELSE 3 END
    ) FILTER (WHERE f.live) AS way
    FROM facts f JOIN members_region u
        ON u.key ~>=~ f.key AND u.key ~<~ (f.key || ':') AND u.kind = f.kind AND u.valid_until IS NULL
    LEFT JOIN members_region c ON c.id = u.canonical_id
    GROUP BY f.id, u.id
), counted AS (
    SELECT id, state, count(*) FILTER (WHERE way = 1) AS direct, count(*) FILTER (WHERE way = 2) AS regional,
        count(*) FILTER (WHERE way = 3) AS above, count(*) FILTER (WHERE way IS NULL) AS coming,
        sum(population) FILTER (WHERE way = 1) AS people_direct,
        sum(population) FILTER (WHERE way IS NOT NULL) AS people_reached
    FROM reached GROUP BY id, state
), units AS (
    SELECT kind, left(key, 2) AS state, count(*) AS units, sum(population) AS people FROM members_region
    WHERE kind IN (SELECT kind FROM asked) AND valid_until IS NULL GROUP BY kind, left(key, 2)
)
SELECT a.id, a.kind, u.state, r.label, u.units, u.people, COALESCE(direct, 0), COALESCE(regional, 0),
    COALESCE(above, 0), COALESCE(coming, 0), COALESCE(people_direct, 0), COALESCE(people_reached, 0)
FROM asked a JOIN units u ON u.kind = a.kind
JOIN members_region r ON r.key = u.state AND r.valid_until IS NULL
LEFT JOIN counted ON counted.id = a.id AND counted.state = u.state
ORDER BY r.sort_key
"""


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
    ids = [solution.pk for solution in solutions]
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE, {"solutions": ids, "kinds": [kind.value for kind in UNITS]})
        rows = cursor.fetchall()
    found: dict[int, tuple[str, list[Reach]]] = {}
    for pk, kind, key, label, *numbers in rows:
        found.setdefault(pk, (kind, []))[1].append(Reach(key, label, *map(int, numbers)))
    return {pk: _coverage(*found.get(pk, (Kind.MUNICIPALITY, []))) for pk in ids}


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
