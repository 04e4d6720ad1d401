"""Which solutions have the words, and which of them come first.

Field weight, then spread, then freshness. Ranking every match of a common word would take seconds in a large
catalogue, so the best are chosen among a bounded number of candidates a field; the others follow by freshness.
"""

from array import array
from typing import Any

from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, IntegerField, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from catalogue.models import SearchEntry, Solution, Transfer
from catalogue.search.query import Found

BEST = 400
# Asked by a subquery, so that PostgreSQL does not know how common the words are: it would read every vector instead of
# the index, because it takes unpacking a vector for free.
ASKED = "(SELECT %s::tsquery)"
STAGE = """{name} AS MATERIALIZED (
    SELECT solution_id, changed_at, {weight} AS weight FROM catalogue_searchentry
    WHERE {having}{within}{while_few} ORDER BY changed_at DESC, solution_id DESC LIMIT 200
)"""
# The name itself, then the title, then title and sentence, then everything: the newest 200 of each, and none of a
# field when those before it gave 200 already.
STAGES = {
    "named": f"name = %s AND whole @@ {ASKED}", "titled": f"title @@ {ASKED}", "led": f"lead @@ {ASKED}",
    "told": f"whole @@ {ASKED}",
}  # fmt: skip
BEST_FIRST = """
WITH {stages}, best AS (
    SELECT solution_id, changed_at, max(weight) AS weight FROM ({all_stages}) AS candidates
    GROUP BY solution_id, changed_at
)
SELECT solution_id FROM best ORDER BY weight DESC, (
    SELECT count(DISTINCT t.region_id) FROM catalogue_transfer t
    WHERE t.solution_id = best.solution_id AND t.stage = ANY(%s)
) DESC, changed_at DESC, solution_id DESC LIMIT %s
"""


class Has(Func):
    """`@@`: the vector has what the query asks for."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def matching(rows: QuerySet[Solution], found: Found) -> QuerySet[Solution]:
    """Those that have the words; all of them when nothing is asked for."""
    return rows if found.is_empty else rows.filter(pk__in=entries_with(found).values("solution"))


def entries_with(found: Found) -> QuerySet[SearchEntry]:
    """The entries of the index, for who wants no more of a solution than its key."""
    return SearchEntry.objects.filter(Has(F("whole"), RawSQL(ASKED, [found.tsquery], SearchQueryField())))  # noqa: S611


def matching_ids(found: Found) -> array:
    """The ids of all published solutions that have the words, packed by the database: cheap for 100,000 as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT string_agg(int8send(solution_id), '') FROM catalogue_searchentry WHERE whole @@ {ASKED}",
            [found.tsquery],
        )
        packed = cursor.fetchone()[0]
    ids = array("q", bytes(packed or b""))
    ids.byteswap()  # the network's order
    return ids


def best_ids(found: Found, rows: QuerySet[Solution] | None = None) -> list[int]:
    """The best first, at most `BEST`, of `rows` or of all. One statement of bounded cost."""
    if found.is_empty:
        return []
    within, params = ("", []) if rows is None else _within(rows)
    values: list[Any] = [found.name]
    stages: list[str] = []
    for weight, (name, having) in zip(range(len(STAGES), 0, -1), STAGES.items(), strict=True):
        stages.append(
            STAGE.format(name=name, weight=weight, having=having, within=within, while_few=_while_few(len(stages)))
        )
        values += [found.tsquery, *params]
    all_stages = " UNION ALL ".join(f"TABLE {name}" for name in STAGES)  # noqa: S608
    with connection.cursor() as cursor:
        statement = BEST_FIRST.format(stages=", ".join(stages), all_stages=all_stages)
        cursor.execute(statement, [*values, list(Transfer.ARRIVED), BEST])
        return [row[0] for row in cursor.fetchall()]


def ranked(rows: QuerySet[Solution], found: Found) -> QuerySet[Solution]:
    """In the order of `best_ids`, then the newest: the same order on every page of a list."""
    best = best_ids(found, rows)
    place = Case(
        *[When(pk=pk, then=Value(n)) for n, pk in enumerate(best)], default=Value(BEST), output_field=IntegerField()
    )
    return rows.order_by(place, "-changed_at", "-pk") if best else rows.order_by("-changed_at", "-pk")


def _while_few(before: int) -> str:
    """A stage is not even begun when an earlier one was full."""
    return "".join(f" AND (SELECT count(*) FROM {name}) < 200" for name in list(STAGES)[1:before])


def _within(rows: QuerySet[Solution]) -> tuple[str, list[Any]]:
    statement, params = rows.order_by().values("pk").query.sql_with_params()
    return f" AND solution_id IN ({statement})", list(params)
