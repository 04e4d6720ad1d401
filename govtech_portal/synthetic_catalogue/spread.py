"""Where invented solutions are used: real regions, a few of them far more often than the others (as in Zipf's law)."""

from bisect import bisect
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from django.db import connection

from catalogue.models import Solution, Transfer
from members.models import Region

EACH = 10  # transfers a solution
STAGES = {
    Transfer.Stage.LIVE: 66, Transfer.Stage.ROLLOUT: 12, Transfer.Stage.AGREED: 10, Transfer.Stage.INTEREST: 5,
    Transfer.Stage.COORDINATION: 3, Transfer.Stage.ENDED: 3, Transfer.Stage.DECLINED: 1,
}  # fmt: skip
VERIFICATIONS = {
    Transfer.Verification.VERIFIED: 70,
    Transfer.Verification.SELF_DECLARED: 20,
    Transfer.Verification.UNVERIFIED: 10,
}
# A backlog as the verbs would have left it: how each transfer began and where it stands, and the first verified use.
MOVES = """
INSERT INTO catalogue_transfermove (transfer_id, stage, verification, at, note, evidence)
SELECT id, 'interest', 'unverified', changed_at - interval '200 days', 'Musterdaten', ''
    FROM catalogue_transfer WHERE id BETWEEN %s AND %s
UNION ALL
SELECT id, stage, verification, changed_at, 'Musterdaten', '' FROM catalogue_transfer WHERE id BETWEEN %s AND %s
"""
ARRIVALS = """
INSERT INTO catalogue_arrival (solution_id, region_id, transfer_id, arrived_at)
SELECT solution_id, region_id, id, changed_at FROM catalogue_transfer
WHERE id BETWEEN %s AND %s AND verification = 'verified' AND stage IN ('agreed', 'rollout', 'live')
"""


class Places(NamedTuple):
    """The rows that count, and how likely each is; drawn by a number between 0 and the last weight."""

    ids: list[int]
    weights: list[float]

    def drawn(self, chance: Random) -> int:
        return self.ids[bisect(self.weights, chance.random() * self.weights[-1])]


def all_places() -> Places:
    """Municipalities by the rank of their population, Kreise and Länder more often, the Bund now and then."""
    rows = Region.objects.valid().canonical().filter(population__gt=0).order_by("-population", "key")
    found = rows.exclude(kind__in=("government_district", "association")).values_list("pk", "kind")
    each = {"municipality": 1.0, "district": 1.5, "state": 1.5, "federal": 0.5}
    ids = [pk for pk, _ in found]
    return Places(ids, list(accumulate(each[kind] / rank**0.7 for rank, (_, kind) in enumerate(found, 1))))


def transfers_of(solution: Solution, places: Places, owners: dict[int, int], chance: Random) -> list[Transfer]:
    """Ten different regions; the first ones taught the later ones, which is told when they have their keys."""
    regions: dict[int, None] = {}
    while len(regions) < min(EACH, len(places.ids)):
        regions.setdefault(places.drawn(chance))
    return [_transfer(solution, region, owners.get(region), chance) for region in regions]


def _transfer(solution: Solution, region: int, organisation: int | None, chance: Random) -> Transfer:
    stage = chance.choices(list(STAGES), list(STAGES.values()))[0]
    verification = chance.choices(list(VERIFICATIONS), list(VERIFICATIONS.values()))[0]
    begin = solution.published_at or solution.changed_at
    assert begin is not None  # noqa: S101  # solutions.py gives both
    changed = begin + timedelta(days=chance.randrange(1, 150))
    since = changed.date() - timedelta(days=30)
    shown_early = stage in (Transfer.Stage.INTEREST, Transfer.Stage.COORDINATION) and chance.random() < 0.5
    return Transfer(
        solution=solution, region_id=region, organisation_id=organisation, stage=stage, verification=verification,
        verified_at=changed if verification == Transfer.Verification.VERIFIED else None, changed_at=changed,
        live_since=since if stage in (Transfer.Stage.LIVE, Transfer.Stage.ENDED) else None,
        live_since_precision=chance.choice(Transfer.Precision.values),
        ended_on=date(2026, 11, 1) if stage == Transfer.Stage.ENDED else None,
        is_public=shown_early, consent_by="Musterdaten" if shown_early else "",
        consent_on=changed.date() if shown_early else None, source="Musterdaten",
    )  # fmt: skip


def who_taught(transfers: list[Transfer], seed: int) -> None:
    """A third learned from one before it in the same solution; needs keys."""
    chance = Random(f"{seed}:{transfers[0].solution.slug}")  # noqa: S311  # invented data
    for earlier, later in zip(transfers, transfers[1:], strict=False):
        if earlier.solution_id == later.solution_id and chance.random() < 0.35:
            later.from_transfer_id = earlier.pk


def add_history(first: int, last: int) -> None:
    """Moves and arrivals of the transfers with these keys, set-based."""
    with connection.cursor() as cursor:
        cursor.execute(MOVES, [first, last, first, last])
        cursor.execute(ARRIVALS, [first, last])
