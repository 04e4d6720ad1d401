"""Who learned a solution from whom, as a flat list with depths: templates do not recurse."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import F

from catalogue.models import Solution, Transfer

MOST = 500  # transfers that are looked at


class Heir(NamedTuple):
    """One transfer in the tree: how many it taught, whether a nested list begins before it, what ends after it."""

    transfer: Transfer
    taught: int
    opens: bool
    is_leaf: bool
    closes: range


def lineage_of(solution: Solution) -> list[Heir]:
    """Only those that taught or were taught; one statement. A circle (an error of data entry) is left out.

    Roots and heirs come in the order in which they went live.
    """
    rows = Transfer.objects.public().spreading().filter(solution=solution).select_related("region", "organisation")
    in_order = F("live_since").asc(nulls_last=True), "region__sort_key", "pk"
    transfers = list(rows.order_by(*in_order)[:MOST])
    known = {transfer.pk for transfer in transfers}
    taught: dict[int, list[Transfer]] = defaultdict(list)
    for transfer in transfers:
        if transfer.from_transfer_id in known:
            taught[transfer.from_transfer_id].append(transfer)
    roots = [t for t in transfers if t.from_transfer_id not in known and t.pk in taught]
    return _flat(_walk(roots, taught), taught)


def _walk(roots: list[Transfer], taught: dict[int, list[Transfer]]) -> list[tuple[Transfer, int]]:
    found: list[tuple[Transfer, int]] = []
    waiting = [(root, 0) for root in reversed(roots)]
    while waiting:
        transfer, depth = waiting.pop()
        found.append((transfer, depth))
        waiting += [(heir, depth + 1) for heir in reversed(taught.get(transfer.pk, []))]
    return found


def _flat(walked: list[tuple[Transfer, int]], taught: dict[int, list[Transfer]]) -> list[Heir]:
    depths = [depth for _, depth in walked]
    return [
        Heir(transfer, len(taught.get(transfer.pk, [])), depth > before, after <= depth, range(depth - after))
        for (transfer, depth), before, after in zip(walked, [0, *depths], [*depths[1:], 0], strict=False)
    ]
