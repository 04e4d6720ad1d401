"""What of a region uses something: how many of its municipalities and what share of its people, for all and for each.

"Within" is a prefix of the key, so what a fact reaches is a range of the index on keys.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from catalogue.spread import percent
from members.models import Region

# A municipality uses a solution itself by the row of its place that counts, or through its association or Kreis.
# What Land or Bund use is left out: by that every municipality of a Land would use something.
ANY_SOLUTION = """
WITH used AS MATERIALIZED (
    SELECT r.key FROM members_region r
    WHERE r.kind IN ('municipality', 'association', 'district', 'state') AND r.valid_until IS NULL
        AND r.canonical_id IS NULL AND (r.key LIKE %(within)s OR r.key = ANY(%(above)s))
        AND EXISTS (
            SELECT 1 FROM catalogue_transfer t JOIN catalogue_solution s ON s.id = t.solution_id
            WHERE t.region_id = r.id AND t.stage = 'live' AND s.editorial_status = 'published'
        )
), units AS (
    SELECT r.key, COALESCE(c.key, r.key) AS counts, r.population
    FROM members_region r LEFT JOIN members_region c ON c.id = r.canonical_id
    WHERE r.kind = 'municipality' AND r.valid_until IS NULL AND r.key LIKE %(within)s
), reached AS (
    SELECT u.population, own.key IS NOT NULL AS own, a.key IS NOT NULL OR d.key IS NOT NULL AS regional
    FROM units u
    LEFT JOIN used own ON own.key = u.counts
    LEFT JOIN used a ON a.key = left(u.key, 9)
    LEFT JOIN used d ON d.key = left(u.key, 5)
)
SELECT count(*), COALESCE(sum(population), 0), count(*) FILTER (WHERE own), count(*) FILTER (WHERE own OR regional),
    COALESCE(sum(population) FILTER (WHERE own), 0), COALESCE(sum(population) FILTER (WHERE own OR regional), 0)
FROM reached
"""

# Facts that lie within another fact of the same solution are left out, so nobody counts twice.
EACH_SOLUTION = """
WITH facts AS MATERIALIZED (
    SELECT DISTINCT t.solution_id, r.key FROM catalogue_transfer t JOIN members_region r ON r.id = t.region_id
    WHERE t.solution_id = ANY(%(solutions)s) AND t.stage = 'live' AND r.key LIKE %(within)s AND r.key <> %(key)s
), highest AS (
    SELECT f.solution_id, f.key FROM facts f
    WHERE NOT EXISTS (
        SELECT 1 FROM facts g WHERE g.solution_id = f.solution_id AND g.key <> f.key AND starts_with(f.key, g.key)
    )
)
SELECT h.solution_id, count(u.id), COALESCE(sum(u.population), 0)
FROM highest h JOIN members_region u
    ON u.key ~>=~ h.key AND u.key ~<~ (h.key || ':') AND u.kind = 'municipality' AND u.valid_until IS NULL
GROUP BY h.solution_id
"""


class RegionReach(NamedTuple):
    """Municipalities of a region where anything is live: their own, and with what their association or Kreis uses."""

    units: int
    people: int
    own: int
    reached: int
    people_own: int
    people_reached: int

    @property
    def share_own(self) -> str:
        return percent(self.people_own, self.people)

    @property
    def share_reached(self) -> str:
        return percent(self.people_reached, self.people)


def reach_within(region: Region) -> RegionReach:
    """One statement; a region without municipalities has none to count."""
    where = {"within": f"{region.key}%", "above": [key for key in region.ancestor_keys if len(key) > 3]}
    with connection.cursor() as cursor:
        cursor.execute(ANY_SOLUTION, where)
        return RegionReach(*map(int, cursor.fetchone()))


def reached_by_each(region: Region, solutions: Iterable[int]) -> dict[int, tuple[int, int]]:
    """For each solution that is live in parts of the region: municipalities and people it reaches; one statement."""
    where = {"within": f"{region.key}%", "key": region.key, "solutions": list(solutions)}
    with connection.cursor() as cursor:
        cursor.execute(EACH_SOLUTION, where)
        return {solution: (units, int(people)) for solution, units, people in cursor.fetchall()}
