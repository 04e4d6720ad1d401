"""What a newer table of regions changes: which row is which, what is new, what moved, what ended."""

import math
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import F

from members.models import Region
from members.regions.table import RegionFacts, RegionTable, Succession
from members.regions.words import detail_of, search_text_of, sort_key_of


class StoredRegion(NamedTuple):
    """A region with everything that its row holds: the facts, and what is worked out from them."""

    facts: RegionFacts
    detail: str
    sort_key: str
    search_text: str


class KnownRegion(NamedTuple):
    """A row of the database that is valid now."""

    pk: int
    stored: StoredRegion


class Ended(NamedTuple):
    known: KnownRegion
    successor: str  # identity of the row that goes on, "" where nobody has said it yet
    ended_on: date


class Comparison(NamedTuple):
    new: list[StoredRegion]
    changed: list[tuple[int, StoredRegion]]  # primary key of the row that takes these values
    moved: list[tuple[int, str]]  # primary key and the key it had until now
    ended: list[Ended]
    unchanged: int
    proposals: dict[str, RegionFacts | None]  # key of what ended without a successor -> our guess

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.ended)


def identity(facts: RegionFacts) -> str:
    """The same AGS is the same municipality, though its association and so its key may change."""
    return facts.ags if facts.kind == Region.Kind.MUNICIPALITY else f"{facts.kind}:{facts.key}"


def compare(table: RegionTable, successions: Mapping[str, Succession]) -> Comparison:
    by_key = {facts.key: facts for facts in table.rows}
    incoming = {identity(facts): _stored(facts, by_key) for facts in table.rows}
    known = {identity(row.stored.facts): row for row in known_regions()}
    both = [(known[one], stored) for one, stored in incoming.items() if one in known]
    changed = [(row.pk, stored) for row, stored in both if row.stored != stored]
    gone = [row for one, row in known.items() if one not in incoming]
    ended = [_ended(row, incoming, known, successions, table.as_of) for row in gone]
    new = [stored for one, stored in incoming.items() if one not in known]
    return Comparison(
        new=new,
        changed=changed,
        moved=[(row.pk, row.stored.facts.key) for row, now in both if row.stored.facts.key != now.facts.key],
        ended=ended,
        unchanged=len(both) - len(changed),
        proposals={
            row.known.stored.facts.key: _proposal(row.known.stored.facts, table.rows, new)
            for row in ended
            if not row.successor
        },
    )


def known_regions() -> list[KnownRegion]:
    columns = [F("canonical__key") if name == "canonical" else name for name in RegionFacts._fields]
    extra = [name for name in StoredRegion._fields if name != "facts"]
    rows = Region.objects.valid().order_by("key").values_list("pk", *columns, *extra)
    width = len(RegionFacts._fields)
    return [KnownRegion(row[0], StoredRegion(RegionFacts(*row[1 : width + 1]), *row[width + 1 :])) for row in rows]


def _stored(facts: RegionFacts, by_key: Mapping[str, RegionFacts]) -> StoredRegion:
    return StoredRegion(facts, detail_of(facts, by_key), sort_key_of(facts), search_text_of(facts, by_key))


def _ended(
    row: KnownRegion,
    incoming: Mapping[str, StoredRegion],
    known: Mapping[str, KnownRegion],
    successions: Mapping[str, Succession],
    as_of: date,
) -> Ended:
    """A row that stands for a place a second time goes where the row of the place goes."""
    facts = row.stored.facts
    said = successions.get(facts.ags or facts.key)
    if said is None and facts.canonical is not None:
        counted = next(r.stored.facts for r in known.values() if r.stored.facts.key == facts.canonical)
        if identity(counted) in incoming:
            return Ended(row, identity(counted), as_of)
        said = successions.get(counted.ags or counted.key)
    while said and said.successor in successions and said.successor not in incoming:
        said = successions[said.successor]  # its successor has ended as well by now
    return Ended(row, _found(said, incoming), (said and said.ended_on) or as_of)


def _found(said: Succession | None, incoming: Mapping[str, StoredRegion]) -> str:
    if said is None:
        return ""
    candidates = (said.successor, *(f"{kind}:{said.successor}" for kind in Region.Kind.values))
    return next((one for one in candidates if one in incoming), "")


def _proposal(ended: RegionFacts, rows: list[RegionFacts], new: list[StoredRegion]) -> RegionFacts | None:
    """The likeliest successor, for a person to check: same kind and Kreis; by name, newness, then distance."""
    fresh = {stored.facts.key for stored in new}
    candidates = [row for row in rows if row.kind == ended.kind and row.key[:5] == ended.key[:5]]
    return min(
        candidates,
        key=lambda row: (
            row.label != ended.label,
            ended.label not in row.label,
            row.key not in fresh or row.population < ended.population,
            _distance(row, ended),
        ),
        default=None,
    )


def _distance(one: RegionFacts, other: RegionFacts) -> float:
    """In degrees of latitude, good enough to rank neighbours."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return math.inf
    shrink = math.cos(math.radians(one.lat))
    return math.hypot((one.lon - other.lon) * shrink, one.lat - other.lat)
