"""What stands on a region that ended or counts no more follows to the row that counts today.

Each room moves its own rows by its own verb (`follow_regions`); the roof calls them in one transaction
(govtech_portal/region_reform.py), because rooms to the right may not be known here.
"""

from collections.abc import Mapping

from django.db import connection, transaction

from members.models import CampusSite, Organisation, Region

Moves = Mapping[int, int]  # primary key of a region -> of the region that counts in its place

# A row source for statements: parameters `old` and `new`, given by `parameters_of`.
MOVES = "unnest(%(old)s::bigint[], %(new)s::bigint[]) AS m(old, new)"


def moves() -> dict[int, int]:
    """Of all regions that ended or are another level of a place; successors of successors are followed on."""
    rows = Region.objects.values_list("pk", "canonical_id", "successor_id", "valid_until")
    known = {pk: (canonical, successor if ended else None) for pk, canonical, successor, ended in rows}
    found = {pk: _counting(pk, known) for pk in known}
    return {pk: counting for pk, counting in found.items() if counting != pk}


def parameters_of(moves: Moves) -> dict[str, list[int]]:
    return {"old": list(moves.keys()), "new": list(moves.values())}


@transaction.atomic
def follow_regions(*, moves: Moves) -> dict[str, int]:
    """Organisations and sites; returns how many of each moved."""
    moved = {}
    for model in (Organisation, CampusSite):
        # asked first: a statement that changes nothing would end all cached pages
        if model.objects.filter(region__in=moves.keys()).exists():
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {model._meta.db_table} t SET region_id = m.new FROM {MOVES} WHERE t.region_id = m.old",
                    parameters_of(moves),
                )
                moved[str(model._meta.verbose_name_plural)] = cursor.rowcount
    return moved


def _counting(pk: int, known: Mapping[int, tuple[int | None, int | None]]) -> int:
    seen = set()
    while pk not in seen:
        seen.add(pk)
        canonical, successor = known[pk]
        pk = successor or canonical or pk
    return pk
