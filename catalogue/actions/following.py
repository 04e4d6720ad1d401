"""A reform of the regions: transfers and what belongs to them follow to the region that goes on.

Nobody hears of it as news: an arrival keeps its row, so what was announced stays announced, and none is made.
"""

from typing import Any

from django.db import connection, transaction

from catalogue.models import Arrival, ReusePath, Transfer, UseReport
from members.models import User
from members.regions.following import MOVES, Moves, parameters_of

_BETTER = """array_position(ARRAY['live','rollout','agreed','coordination','interest']::varchar[], t.stage),
             array_position(ARRAY['verified','self_declared','unverified']::varchar[], t.verification),
             t.changed_at DESC, t.id"""
# Open transfers that stand in one place after the move, the best of each group first.
_PLACED = f"""
    SELECT t.id, row_number() OVER w AS place, first_value(t.id) OVER w AS keeper
    FROM catalogue_transfer t LEFT JOIN {MOVES} ON m.old = t.region_id
    WHERE t.stage NOT IN ('ended', 'declined') AND (m.new IS NOT NULL OR t.region_id = ANY (%(new)s))
    WINDOW w AS (PARTITION BY t.solution_id, coalesce(m.new, t.region_id), t.organisation_id ORDER BY {_BETTER})
"""
_MOVE = """
    INSERT INTO catalogue_transfermove (transfer_id, stage, verification, at, by_id, note, evidence)
    SELECT t.id, {stage}, t.verification, clock_timestamp(), %(by)s, {note},
           coalesce((SELECT e.evidence FROM catalogue_transfermove e WHERE e.transfer_id = t.id
                     ORDER BY e.id DESC LIMIT 1), '')
"""


@transaction.atomic
def follow_regions(*, moves: Moves, by: User | None) -> dict[str, int]:
    """Move everything that stands on a region which ended; returns how much of each kind.

    Of open transfers that meet (same solution, region and organisation) the better one goes on, with the reports of
    the others; these are closed with a note, all moves kept.
    """
    params: dict[str, Any] = parameters_of(moves) | {"by": by.pk if by else None}
    moved: dict[str, int] = {}
    if Transfer.objects.filter(region__in=moves.keys()).exists():
        moved["zusammengeführte Transfers"] = _merge(params)
        moved["Transfers"] = _carry(params)
    if Arrival.objects.filter(region__in=moves.keys()).exists():
        moved["Ankünfte"] = _once("catalogue_arrival", params, "solution_id", "t.taken_back_at IS NULL")
    if ReusePath.objects.filter(region__in=moves.keys()).exists():
        moved["Nachnutzungswege"] = _once("catalogue_reusepath", params, "solution_id, legal_route")
    if UseReport.objects.filter(region__in=moves.keys()).exists():
        moved["Meldungen"] = _once("catalogue_usereport", params, "solution_id, email", "t.decided_at IS NULL")
    return {kind: count for kind, count in moved.items() if count}


def _merge(params: dict[str, Any]) -> int:
    """Before anything moves, so that the place of each open transfer stays unique."""
    note = "'Gebietsreform: zusammengeführt mit dem Eintrag ' || k.label"
    with connection.cursor() as cursor:
        concerned = "%(old)s::bigint[] || %(new)s::bigint[]"
        cursor.execute(f"SELECT id FROM catalogue_transfer WHERE region_id = ANY ({concerned}) FOR UPDATE", params)
        cursor.execute(
            f"""CREATE TEMPORARY TABLE merged_transfer ON COMMIT DROP AS
                SELECT id, keeper FROM ({_PLACED}) placed WHERE place > 1""",
            params,
        )
        cursor.execute(
            f"""{_MOVE.format(stage="'declined'", note=note)}
                FROM merged_transfer g JOIN catalogue_transfer t ON t.id = g.id
                JOIN catalogue_transfer kept ON kept.id = g.keeper JOIN members_region k ON k.id = kept.region_id""",
            params,
        )
        merged = cursor.rowcount
        if merged:
            for statement in _GIVE_TO_THE_KEEPER:
                cursor.execute(statement)
        cursor.execute("DROP TABLE merged_transfer")
        return merged


_GIVE_TO_THE_KEEPER = (
    """UPDATE catalogue_transfer t SET stage = 'declined', changed_at = clock_timestamp()
       FROM merged_transfer g WHERE g.id = t.id""",
    """UPDATE catalogue_transfer t SET from_transfer_id = nullif(g.keeper, t.id)
       FROM merged_transfer g WHERE g.id = t.from_transfer_id""",
    """UPDATE catalogue_practicereport r SET transfer_id = g.keeper
       FROM merged_transfer g WHERE g.id = r.transfer_id AND r.status IN ('released', 'withdrawn')""",
    "UPDATE catalogue_usereport r SET transfer_id = g.keeper FROM merged_transfer g WHERE g.id = r.transfer_id",
    "UPDATE catalogue_arrival a SET transfer_id = g.keeper FROM merged_transfer g WHERE g.id = a.transfer_id",
    """UPDATE catalogue_transfercontact c SET transfer_id = g.keeper
       FROM (SELECT DISTINCT ON (m.keeper) m.id, m.keeper FROM merged_transfer m
             JOIN catalogue_transfercontact o ON o.transfer_id = m.id ORDER BY m.keeper, o.created_at DESC) g
       WHERE g.id = c.transfer_id
         AND NOT EXISTS (SELECT 1 FROM catalogue_transfercontact k WHERE k.transfer_id = g.keeper)""",
)


def _carry(params: dict[str, Any]) -> int:
    """All transfers, closed ones too; open ones say in their moves where they stood before."""
    with connection.cursor() as cursor:
        note = "'Gebietsreform: vorher ' || r.label"
        cursor.execute(
            f"""{_MOVE.format(stage="t.stage", note=note)}
                FROM catalogue_transfer t JOIN {MOVES} ON m.old = t.region_id JOIN members_region r ON r.id = m.old
                WHERE t.stage NOT IN ('ended', 'declined')""",
            params,
        )
        cursor.execute(
            f"""UPDATE catalogue_transfer t SET region_id = m.new, changed_at = clock_timestamp()
                FROM {MOVES} WHERE m.old = t.region_id""",
            params,
        )
        return cursor.rowcount


def _once(table: str, params: dict[str, Any], same: str, which: str = "TRUE") -> int:
    """Rows that may stand once in a place: the oldest moves, unless one stands there; the others stay where they were.

    `which` are the rows that the database holds to be unique; of those it does not, all move.
    """
    columns = [name.strip() for name in same.split(",")]
    meets = " AND ".join(f"o.{name} = t.{name}" for name in columns)
    here = which.replace("t.", "o.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {table} t SET region_id = first.new
                FROM (SELECT DISTINCT ON (m.new, {same}, CASE WHEN {which} THEN 0 ELSE t.id END) t.id, m.new
                      FROM {table} t JOIN {MOVES} ON m.old = t.region_id
                      WHERE NOT ({which}) OR NOT EXISTS (
                        SELECT 1 FROM {table} o WHERE {here} AND o.region_id = m.new AND {meets})
                      ORDER BY m.new, {same}, CASE WHEN {which} THEN 0 ELSE t.id END, t.id) first
                WHERE first.id = t.id""",
            params,
        )
        return cursor.rowcount
