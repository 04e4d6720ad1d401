"""The verb that brings the table of regions into the database, as a whole or not at all."""

from collections.abc import Mapping

from django.db import connection, transaction

from members.models import Region
from members.regions.comparison import Comparison, StoredRegion, compare, identity
from members.regions.table import RegionFacts, RegionTable, Succession

COLUMNS = [*(name for name in RegionFacts._fields if name != "canonical"), "detail", "sort_key", "search_text"]


class SuccessorMissingError(Exception):
    """Regions ended and nobody has said where they go on; `comparison.proposals` has them with our guesses."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(f"{len(comparison.proposals)} regions ended without a successor")
        self.comparison = comparison


@transaction.atomic
def load_regions(*, table: RegionTable, successions: Mapping[str, Succession], dry_run: bool = False) -> Comparison:
    """Idempotent: a table that says nothing new writes nothing, so that cached pages stay.

    Raises SuccessorMissingError before anything is written, except in a dry run.
    """
    with connection.cursor() as cursor:  # one load at a time; readers and the catalogue's writers go on
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_regions'))")
    comparison = compare(table, successions)
    if dry_run or comparison.is_empty:
        return comparison
    if comparison.proposals:
        raise SuccessorMissingError(comparison)
    _close(comparison)
    _move(comparison)
    _stage(comparison)
    _write(comparison)
    _name_successors(comparison)
    return comparison


def _close(comparison: Comparison) -> None:
    """First, because a key may be valid once only."""
    for row in comparison.ended:
        Region.objects.filter(pk=row.known.pk).update(valid_until=row.ended_on)


def _move(comparison: Comparison) -> None:
    """The old keys are kept, and out of the way while others take them."""
    if not comparison.moved:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO members_regionkey (key, region_id) VALUES (%s, %s)
            ON CONFLICT (key) DO UPDATE SET region_id = excluded.region_id
            """,
            [(key, pk) for pk, key in comparison.moved],
        )
        cursor.execute(
            "UPDATE members_region SET key = '~' || id WHERE id = ANY(%s)",
            [[pk for pk, _ in comparison.moved]],
        )


def _stage(comparison: Comparison) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS incoming_region")
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE incoming_region ON COMMIT DROP AS
            SELECT id AS pk, key AS canonical, {", ".join(COLUMNS)} FROM members_region WITH NO DATA
            """  # noqa: S608
        )
        rows = [(pk, stored) for pk, stored in comparison.changed] + [(None, one) for one in comparison.new]
        with cursor.copy(f"COPY incoming_region (pk, canonical, {', '.join(COLUMNS)}) FROM STDIN") as copy:
            for pk, stored in rows:
                copy.write_row((pk, stored.facts.canonical, *_values(stored)))


def _values(stored: StoredRegion) -> list[object]:
    facts = stored.facts._asdict()
    return [facts[name] if name in facts else getattr(stored, name) for name in COLUMNS]


def _write(comparison: Comparison) -> None:
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if comparison.changed:
            cursor.execute(
                f"""
                UPDATE members_region AS r SET {", ".join(f"{name} = i.{name}" for name in COLUMNS)}
                FROM incoming_region AS i WHERE r.id = i.pk
                """  # noqa: S608
            )
        if comparison.new:
            cursor.execute(
                f"""
                INSERT INTO members_region ({columns})
                SELECT {columns} FROM incoming_region WHERE pk IS NULL ORDER BY key
                """  # noqa: S608
            )
        cursor.execute(
            """
            UPDATE members_region AS r SET canonical_id = counted.id
            FROM incoming_region AS i
            LEFT JOIN members_region AS counted
                ON counted.key = i.canonical AND counted.valid_until IS NULL
            WHERE r.key = i.key AND r.valid_until IS NULL AND r.canonical_id IS DISTINCT FROM counted.id
            """
        )
        cursor.execute("ANALYZE members_region")


def _name_successors(comparison: Comparison) -> None:
    if not comparison.ended:
        return
    valid = Region.objects.valid().only("pk", "key", "ags", "kind")
    by_identity = {identity(row): row.pk for row in valid}
    for row in comparison.ended:
        Region.objects.filter(pk=row.known.pk).update(successor=by_identity[row.successor])
