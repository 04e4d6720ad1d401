"""How far a solution has spread, counted honestly: whoever is competent, each once, by the way it was reached.

A unit (municipality, Kreis or Land) is reached directly when the fact is its own; through its Kreis or association;
or through its Land or the Bund. Only public transfers that count as use (agreed, rollout, live) are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

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

# One pass: units of a kind, joined by prefix with the regions of the facts. "Within" is a prefix, so each level is
# an equality that can be hashed; `counts` is the row of the same place that facts store.
COVERAGE = """
WITH facts AS MATERIALIZED (
    SELECT r.key, r.kind, bool_or(t.stage = 'live') AS live
    FROM catalogue_transfer t JOIN members_region r ON r.id = t.region_id
    WHERE t.solution_id = %(solution)s AND t.stage IN ('agreed', 'rollout', 'live')
    GROUP BY r.key, r.kind
), units AS (
    SELECT r.key, COALESCE(c.key, r.key) AS counts, left(r.key, 2) AS state, r.population
    FROM members_region r LEFT JOIN members_region c ON c.id = r.canonical_id
    WHERE r.kind = %(kind)s AND r.valid_until IS NULL
), reached AS (
    SELECT u.state, u.population, own.live AS own,
        CASE WHEN d.live OR a.live THEN true ELSE COALESCE(d.live, a.live) END AS regional,
        CASE WHEN s.live OR g.live OR b.live THEN true ELSE COALESCE(s.live, g.live, b.live) END AS above
    FROM units u
    LEFT JOIN facts own ON own.key = u.counts
    LEFT JOIN facts a ON a.key = left(u.key, 9) AND length(u.key) > 9
    LEFT JOIN facts d ON d.key = left(u.key, 5) AND length(u.key) > 5
    LEFT JOIN facts g ON g.key = left(u.key, 3) AND length(u.key) > 3
    LEFT JOIN facts s ON s.key = left(u.key, 2) AND length(u.key) > 2 AND s.key <> u.counts
    LEFT JOIN facts b ON b.key = ''
)
SELECT reached.state, r.label, count(*), sum(reached.population),
    count(*) FILTER (WHERE own),
    count(*) FILTER (WHERE regional AND own IS NOT TRUE),
    count(*) FILTER (WHERE above AND regional IS NOT TRUE AND own IS NOT TRUE),
    count(*) FILTER (WHERE (own IS NOT NULL OR regional IS NOT NULL OR above IS NOT NULL)
        AND own IS NOT TRUE AND regional IS NOT TRUE AND above IS NOT TRUE),
    COALESCE(sum(reached.population) FILTER (WHERE own), 0),
    COALESCE(sum(reached.population) FILTER (WHERE own OR regional OR above), 0)
FROM reached JOIN members_region r ON r.key = reached.state AND r.valid_until IS NULL
GROUP BY reached.state, r.label, r.sort_key ORDER BY r.sort_key
"""


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
    """One statement. Counted are those competent for the task, municipalities where that is not known."""
    kind = solution.competent_level if solution.competent_level in UNITS else Kind.MUNICIPALITY
    with connection.cursor() as cursor:
        cursor.execute(COVERAGE, {"solution": solution.pk, "kind": kind})
        states = [Reach(*row[:2], *map(int, row[2:])) for row in cursor.fetchall()]
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
        local_live=_regions(live & local),
        states_live=_regions(live & state),
        federal_live=_regions(live & Q(region__kind=Kind.FEDERAL)),
        local_coming=_regions(coming & local),
        states_coming=_regions(coming & state),
    )


def _regions(which: Q) -> Coalesce:
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
