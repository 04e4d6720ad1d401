"""What the facets are counted from, read in one statement: of every published solution, or of those that changed.

The statement names the portal's version of its own snapshot, so that an index is exactly as old as it says.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

OVERLAP = timedelta(minutes=15)  # a transaction may be open that long before what it changed is seen
CHUNK = 2000  # rows in memory at a time while all are read
BETWEEN = "\x1f"  # between the values of one solution
FACETS = (
    "handlungsfeld", "phase", "ebene", "lizenz", "betriebsmodell", "ki", "souveraenitaet", "region", "pruefstatus",
)  # fmt: skip
# Nothing but words that name Germany or the EU: "Deutschland, Wartung aus den USA" is not meant.
EU_ONLY = (
    r"^((rechenzentr(um|en)|server|daten|hosting|betrieb|nur|ausschließlich|in|im|der|und|oder|inland"
    r"|deutschland|eu|europäischen? union)([ ,./]+|$))+$"
)

ALL = "SELECT id FROM catalogue_solution WHERE editorial_status = 'published'"
CHANGED = """
    SELECT id FROM catalogue_solution WHERE id > %(solution)s
    UNION SELECT id FROM catalogue_solution WHERE changed_at > %(since)s
    UNION SELECT solution_id FROM catalogue_transfer WHERE id > %(transfer)s
    UNION SELECT solution_id FROM catalogue_transfer WHERE changed_at > %(since)s
"""
STATEMENT = """
WITH stand AS MATERIALIZED (
    SELECT COALESCE((SELECT version FROM members_portalversion WHERE id = 1), 0) AS version, clock_timestamp() AS now,
        (SELECT max(id) FROM catalogue_transfer) AS transfer,
        (SELECT jsonb_agg(jsonb_build_array(slug, name) ORDER BY position, name) FROM catalogue_fieldofaction) AS fields
), wanted AS MATERIALIZED (
    {which}
), uses AS (
    SELECT t.solution_id, string_agg(DISTINCT left(r.key, 2), %(between)s) FILTER (WHERE r.key <> '') AS states,
        string_agg(DISTINCT t.verification, %(between)s) AS verifications, count(DISTINCT t.region_id) AS reached,
        concat(max(t.changed_at), ' ', sum(t.id)) AS stamp
    FROM catalogue_transfer t JOIN members_region r ON r.id = t.region_id
    WHERE t.stage IN ('agreed', 'rollout', 'live') {of_wanted}
    GROUP BY t.solution_id
), fields AS (
    SELECT t.solution_id, string_agg(f.slug, %(between)s) AS slugs
    FROM catalogue_solution_fields_of_action t JOIN catalogue_fieldofaction f ON f.id = t.fieldofaction_id
    WHERE true {of_wanted}
    GROUP BY t.solution_id
), solutions AS (
    SELECT s.id, s.editorial_status = 'published' AS is_public,
        translate(lower(s.title), 'äöüß', 'aous') AS title,
        COALESCE(extract(epoch FROM s.published_at), 0)::float8 AS published_at,
        COALESCE(u.reached, 0) AS reached, concat(s.changed_at, ' ', u.stamp) AS stamp,
        f.slugs, s.campus_stage, array_to_string(s.levels, %(between)s), s.licence,
        array_to_string(s.operating_models, %(between)s), CASE WHEN s.is_ai THEN 'ja' ELSE 'nein' END,
        concat_ws(%(between)s, CASE WHEN s.licence NOT IN ('', 'proprietary') THEN 'offene-lizenz' END,
            CASE WHEN s.source_url <> '' THEN 'quelltext' END,
            CASE WHEN s.data_location ~* %(eu_only)s THEN 'daten-eu' END),
        u.states, u.verifications
    FROM wanted w JOIN catalogue_solution s ON s.id = w.id
    LEFT JOIN uses u ON u.solution_id = s.id LEFT JOIN fields f ON f.solution_id = s.id
)
SELECT stand.version, stand.now, stand.transfer, stand.fields, solutions.*
FROM stand LEFT JOIN solutions ON {unless_known}
"""
OF_WANTED = "AND t.solution_id IN (SELECT id FROM wanted)"
READ_ALL = STATEMENT.format(which=ALL, of_wanted="", unless_known="true")
READ_CHANGED = STATEMENT.format(which=CHANGED, of_wanted=OF_WANTED, unless_known="stand.version <> %(version)s")


class Facts(NamedTuple):
    """Of one solution: how it is sorted, and its values of each facet in the order of FACETS."""

    id: int
    is_public: bool
    title: str
    published_at: float
    reached: int
    stamp: str  # changes with the solution and with every use that comes, goes or moves
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class Stand:
    """Until where something was read."""

    version: int = -1
    now: datetime = datetime.min.replace(tzinfo=UTC)
    last_transfer: int = 0
    last_solution: int = 0
    fields: tuple[tuple[str, str], ...] = ()


def read_all() -> tuple[Stand, list[Facts]]:
    """Every published solution."""
    with connection.chunked_cursor() as cursor:
        return _read(cursor, READ_ALL, {}, Stand())


def read_changed(known: Stand) -> tuple[Stand, list[Facts]]:
    """What was written since, published or not; rows come more than once over time, see OVERLAP."""
    since = {
        "version": known.version, "solution": known.last_solution, "transfer": known.last_transfer,
        "since": known.now - OVERLAP,
    }  # fmt: skip
    with connection.cursor() as cursor:
        return _read(cursor, READ_CHANGED, since, known)


def _read(cursor: Any, statement: str, parameters: dict[str, Any], known: Stand) -> tuple[Stand, list[Facts]]:
    cursor.execute(statement, parameters | {"between": BETWEEN, "eu_only": EU_ONLY})
    found: list[Facts] = []
    first: tuple[Any, ...] | None = None
    while rows := cursor.fetchmany(CHUNK):
        first = first or rows[0]
        found += (Facts(*row[4:10], row[10:]) for row in rows if row[4] is not None)
    assert first is not None  # noqa: S101  # `stand` always has its row
    last = max([known.last_solution, *(facts.id for facts in found)])
    fields = tuple((slug, name) for slug, name in json.loads(first[3] or "[]"))
    return Stand(first[0], first[1], first[2] or 0, last, fields), found
