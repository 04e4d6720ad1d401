"""Which units (municipalities, Kreise or Länder) solutions reach, counted for each Land; cheap for any spread.

Only units that a fact below the Land touches are read, by a range of the index on keys. What the Land or the Bund
has concerns all others in it alike, so those are what is left of totals, which are kept until the portal changes.
"""

from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.db import connection

Counted = tuple[Any, ...]  # of a Land: key, label, units, people, direct, regional, above, coming, two of people
KEPT = "units"  # in the cache: the portal's version, and the totals of each kind
NOTHING = [0] * 9

# Of the ways to a unit the nearest live one counts: 1 itself (by the row of its place that facts store), 2 through
# association or Kreis, 3 through the Regierungsbezirk; none where it only comes. ":" follows "9" in the index.
STATEMENT = """
WITH asked AS MATERIALIZED (
    SELECT id, CASE WHEN competent_level = ANY(%(kinds)s) THEN competent_level ELSE 'municipality' END AS kind
    FROM catalogue_solution WHERE id = ANY(%(solutions)s)
), facts AS MATERIALIZED (
    SELECT a.id, a.kind, r.id AS region, r.key, bool_or(t.stage = 'live') AS live
    FROM asked a JOIN catalogue_transfer t ON t.solution_id = a.id JOIN members_region r ON r.id = t.region_id
    WHERE t.stage IN ('agreed', 'rollout', 'live')
    GROUP BY a.id, a.kind, r.id
), touched AS (
    SELECT f.id, f.live, u.id AS unit, u.key, u.population,
        CASE WHEN f.key = COALESCE(c.key, u.key) THEN 1 WHEN length(f.key) >= 5 THEN 2 ELSE 3 END AS way
    FROM facts f JOIN members_region u ON u.key ~>=~ f.key AND u.key ~<~ (f.key || ':')
    LEFT JOIN members_region c ON c.id = u.canonical_id
    WHERE length(f.key) > 2 AND u.kind = f.kind AND u.valid_until IS NULL
    UNION ALL
    SELECT f.id, f.live, u.id, u.key, u.population, 1
    FROM facts f JOIN members_region u ON u.id = f.region OR u.canonical_id = f.region
    WHERE length(f.key) <= 2 AND u.kind = f.kind AND u.valid_until IS NULL
), reached AS (
    SELECT id, left(key, 2) AS state, population, min(way) FILTER (WHERE live) AS way
    FROM touched GROUP BY id, unit, key, population
), counted AS (
    SELECT id, state, count(*) AS units, sum(population) AS people, count(*) FILTER (WHERE way = 1) AS direct,
        count(*) FILTER (WHERE way = 2) AS regional, count(*) FILTER (WHERE way = 3) AS above,
        count(*) FILTER (WHERE way IS NULL) AS coming, COALESCE(sum(population) FILTER (WHERE way = 1), 0) AS mine,
        COALESCE(sum(population) FILTER (WHERE way IS NOT NULL), 0) AS all_reached,
        COALESCE(sum(population) FILTER (WHERE way IS NULL), 0) AS people_coming
    FROM reached GROUP BY id, state
), stand AS MATERIALIZED (
    SELECT COALESCE((SELECT version FROM members_portalversion WHERE id = 1), 0) AS version
), totals AS (
    SELECT t.kind, t.state, r.label, t.units, t.people, r.sort_key FROM (
        SELECT kind, left(key, 2) AS state, count(*) AS units, sum(population) AS people FROM members_region
        WHERE kind = ANY(%(kinds)s) AND valid_until IS NULL AND (SELECT version FROM stand) <> %(known)s
        GROUP BY kind, left(key, 2)
    ) t CROSS JOIN LATERAL (
        SELECT label, sort_key FROM members_region WHERE key = t.state AND valid_until IS NULL LIMIT 1
    ) r
)
SELECT a.id, a.kind, stand.version,
    (SELECT json_agg(json_build_array(kind, state, label, units, people) ORDER BY sort_key) FROM totals),
    (SELECT json_object_agg(f.key, f.live) FROM facts f WHERE f.id = a.id AND length(f.key) <= 2),
    (SELECT json_agg(json_build_array(state, units, people, direct, regional, above, coming, mine, all_reached,
        people_coming)) FROM counted c WHERE c.id = a.id)
FROM asked a CROSS JOIN stand
"""


def counted_states(solutions: list[int], kinds: list[str]) -> dict[int, tuple[str, list[Counted]]]:
    """For each solution the kind of its units, and every Land in the order of names; one statement."""
    known, totals = cache.get(KEPT) or (-1, {})
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"solutions": solutions, "kinds": kinds, "known": known})
        rows = cursor.fetchall()
    if rows and rows[0][2] != known:
        totals = {kind: [row[1:] for row in rows[0][3] or () if row[0] == kind] for kind in kinds}
        cache.set(KEPT, (rows[0][2], totals), None)
    return {
        pk: (kind, list(_together(totals[kind], upper or {}, {row[0]: row[1:] for row in touched or ()})))
        for pk, kind, _, _, upper, touched in rows
    }


def _together(totals: list[list[Any]], upper: dict[str, bool], touched: dict[str, list[int]]) -> Iterator[Counted]:
    """What nothing below the Land touches, or what only comes that way, is reached through the Land or the Bund."""
    for state, label, units, people in totals:
        some, some_people, direct, regional, above, coming, mine, reached, people_coming = touched.get(state, NOTHING)
        facts = [upper[key] for key in ("", state) if key in upper]
        if any(facts):
            above, reached = above + units - some + coming, reached + people - some_people + people_coming
            coming = 0
        elif facts:
            coming += units - some
        yield state, label, units, people, direct, regional, above, coming, mine, reached
