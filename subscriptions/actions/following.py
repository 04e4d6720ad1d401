"""A reform of the regions: subscriptions follow to the region that goes on; nobody has to ask again."""

from typing import Any

from django.db import connection, transaction

from members.regions.following import MOVES, Moves, parameters_of
from subscriptions.models import Subscription

_TABLE = Subscription._meta.db_table
_COLUMNS = {field.name: field.column for field in Subscription._meta.concrete_fields}
_SAME = [_COLUMNS[name] for name in ("subscriber", *Subscription.SAME) if name != "region"]
# Who asked first for a place keeps their wish; what was confirmed comes before what waits, and the quickest wins.
_PLACED = f"""
    SELECT t.id, row_number() OVER w AS place, first_value(t.id) OVER w AS keeper,
           min(array_position(%(quickest)s::varchar[], t.frequency)) FILTER (WHERE t.confirmed_at IS NOT NULL)
             OVER (PARTITION BY coalesce(m.new, t.region_id), {", ".join(f"t.{name}" for name in _SAME)}) AS frequency
    FROM {_TABLE} t LEFT JOIN {MOVES} ON m.old = t.region_id
    WHERE m.new IS NOT NULL OR t.region_id = ANY (%(new)s)
    WINDOW w AS (PARTITION BY coalesce(m.new, t.region_id), {", ".join(f"t.{name}" for name in _SAME)}
                 ORDER BY t.confirmed_at NULLS LAST, t.id)
"""


@transaction.atomic
def follow_regions(*, moves: Moves) -> dict[str, int]:
    """Move the wishes; those of one person that become the same are merged into the first that was confirmed.

    News that waits to be sent goes on naming a wish that exists. Returns how many moved and merged.
    """
    if not Subscription.objects.filter(region__in=moves.keys()).exists():
        return {}
    params: dict[str, Any] = parameters_of(moves) | {"quickest": Subscription.Frequency.values}
    with connection.cursor() as cursor:
        concerned = "%(old)s::bigint[] || %(new)s::bigint[]"
        cursor.execute(f"SELECT id FROM {_TABLE} WHERE region_id = ANY ({concerned}) FOR UPDATE", params)
        cursor.execute(
            f"""CREATE TEMPORARY TABLE merged_subscription ON COMMIT DROP AS
                SELECT id, keeper, (%(quickest)s::varchar[])[frequency] AS frequency
                FROM ({_PLACED}) placed WHERE place > 1""",
            params,
        )
        cursor.execute(
            """UPDATE subscriptions_notification n SET reasons = array_replace(n.reasons, g.id, g.keeper)
               FROM merged_subscription g WHERE n.sent_at IS NULL AND n.failed_at IS NULL AND g.id = ANY (n.reasons)"""
        )
        cursor.execute(
            f"""UPDATE {_TABLE} s SET frequency = g.frequency FROM merged_subscription g
                WHERE g.keeper = s.id AND g.frequency IS NOT NULL"""
        )
        cursor.execute(f"DELETE FROM {_TABLE} s USING merged_subscription g WHERE g.id = s.id")
        merged = cursor.rowcount
        cursor.execute("DROP TABLE merged_subscription")
        cursor.execute(
            f"UPDATE {_TABLE} t SET region_id = m.new, neighbours = '{{}}' FROM {MOVES} WHERE m.old = t.region_id",
            params,
        )
        moved = {"Abonnements": cursor.rowcount, "zusammengeführte Abonnements": merged}
    return {kind: count for kind, count in moved.items() if count}
