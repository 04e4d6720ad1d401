"""The index of the facets: kept in each process, exactly as old as the portal's version that it names.

A newer version is caught up with by reading what changed since; nobody waits for more than that. An index is never
changed, only replaced, so a request works on one state from its beginning to its end.
"""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import compress, islice
from operator import attrgetter
from threading import Lock
from typing import Any

from catalogue.facets.bits import flags_of, from_ids, ids_of
from catalogue.facets.reading import BETWEEN, FACETS, Facts, Stand, read_all, read_changed

FEW = 300  # results that are sorted; more are picked from the sorted list of all
KEPT = timedelta(hours=12)  # then all is read anew, so that nothing missed is missed for long
MANY_CHANGES = 500  # are sorted in anew, fewer are put into their places
ORDERS: dict[str, Callable[[Facts], Any]] = {
    "name": lambda facts: (facts.title, facts.id),
    "neueste": lambda facts: (-facts.published_at, -facts.id),
    "verbreitung": lambda facts: (-facts.reached, facts.title, facts.id),
}


class FacetIndex:
    """`values[facet][value]` is the set of solutions that have it; `public` is all of them."""

    def __init__(self, stand: Stand, older: "FacetIndex | None" = None) -> None:
        self.stand = stand
        self.built_at = older.built_at if older else stand.now
        # handed on from state to state: answers with the version, cards with the facts that they hold for
        self.answers: OrderedDict[tuple[str, str], tuple[int, int]] = older.answers if older else OrderedDict()
        named_alike = older is not None and older.stand.fields == stand.fields  # cards name the fields of action
        self.cards: dict[int, tuple[Facts, Any]] = older.cards if older and named_alike else {}
        self.public = 0
        self.values: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        self.facts: dict[int, Facts] = {}
        self.orders: dict[str, list[int]] = {name: [] for name in ORDERS}
        self.counted: dict[str, dict[str, int]] = {}  # of everything, filled by the first who asks

    @classmethod
    def built(cls) -> "FacetIndex":
        stand, rows = read_all()
        return cls(stand)._with(stand, rows)

    def caught_up(self) -> "FacetIndex":
        """Itself when nothing was written since."""
        stand, rows = read_changed(self.stand)
        if stand.version == self.stand.version:
            return self
        if stand.now - self.built_at > KEPT or {slug for slug, _ in stand.fields} != {f[0] for f in self.stand.fields}:
            return FacetIndex.built()
        return self._with(stand, [row for row in rows if self.facts.get(row.id) != row])

    def _with(self, stand: Stand, rows: list[Facts]) -> "FacetIndex":
        newer = FacetIndex(stand, self)
        come = [row for row in rows if row.is_public]
        gone = [self.facts[row.id] for row in rows if row.id in self.facts]
        newer.facts = dict(self.facts)
        for row in gone:
            del newer.facts[row.id]
        newer.facts.update((row.id, row) for row in come)
        read = from_ids(row.id for row in rows)
        newer.public = (self.public ^ (self.public & read)) | from_ids(row.id for row in come)
        newer.values = _replaced(self.values, read, come)
        if len(rows) > MANY_CHANGES:
            newer.orders = _sorted(newer.facts.values())
        else:
            newer.orders = {name: self._moved(name, newer.facts, gone, come) for name in ORDERS}
        return newer

    def _moved(self, name: str, facts: dict[int, Facts], gone: list[Facts], come: list[Facts]) -> list[int]:
        """The order with a few taken out and put in at their places."""
        place, order = ORDERS[name], list(self.orders[name])
        for row in gone:
            del order[bisect_left(order, place(row), key=lambda one: place(self.facts[one]))]
        for row in come:
            order.insert(bisect_left(order, place(row), key=lambda one: place(facts[one])), row.id)
        return order

    def having(self, facet: str, values: Iterable[str]) -> int:
        """Solutions with any of the values."""
        found = 0
        for value in values:
            found |= self.values[facet].get(value, 0)
        return found

    def counts(self, facet: str, within: int) -> dict[str, int]:
        """How many of `within` have each value."""
        if within != self.public:
            return {value: n for value, bits in self.values[facet].items() if (n := (bits & within).bit_count())}
        if facet not in self.counted:
            self.counted[facet] = {value: bits.bit_count() for value, bits in self.values[facet].items()}
        return self.counted[facet]

    def page(self, found: int, order: str, begin: int, size: int) -> list[int]:
        """Primary keys of one page of `found`; as quick on the last page as on the first."""
        if found == self.public:
            return self.orders[order][begin : begin + size]
        total = found.bit_count()
        size = max(0, min(size, total - begin))
        if total <= FEW:
            place = ORDERS[order]
            return sorted(ids_of(found), key=lambda one: place(self.facts[one]))[begin : begin + size]
        flags = flags_of(found, max(self.stand.last_solution, found.bit_length()) + 1)
        if begin <= total // 2:
            return _picked(self.orders[order], flags, begin, size)
        end = max(0, total - begin - size)
        return _picked(self.orders[order][::-1], flags, end, size)[::-1]


def _sorted(rows: Iterable[Facts]) -> dict[str, list[int]]:
    """As ORDERS says; sorting is stable, so the names' order is the second key of the spread."""
    by_name = sorted(rows, key=attrgetter("title", "id"))
    by_date = sorted(by_name, key=attrgetter("published_at", "id"), reverse=True)
    by_spread = sorted(by_name, key=attrgetter("reached"), reverse=True)
    orders = {"name": by_name, "neueste": by_date, "verbreitung": by_spread}
    return {name: [row.id for row in found] for name, found in orders.items()}


def _picked(order: list[int], flags: bytes, begin: int, size: int) -> list[int]:
    return list(islice(compress(order, map(flags.__getitem__, order)), begin, begin + size))


def _replaced(values: dict[str, dict[str, int]], read: int, come: list[Facts]) -> dict[str, dict[str, int]]:
    """The sets without what was read again, and with what was read. Equal texts of values are split only once."""
    found: dict[str, dict[str, int]] = {}
    for place, facet in enumerate(FACETS):
        having: dict[str, list[int]] = {}
        for row in come:
            having.setdefault(row.values[place] or "", []).append(row.id)
        sets = {value: bits ^ (bits & read) for value, bits in values[facet].items()}
        ids_of_value: dict[str, list[int]] = {}
        for text, ids in having.items():
            for value in filter(None, text.split(BETWEEN)):
                ids_of_value.setdefault(value, []).extend(ids)
        for value, ids in ids_of_value.items():
            sets[value] = sets.get(value, 0) | from_ids(ids)
        found[facet] = {value: bits for value, bits in sets.items() if bits}
    return found


_lock = Lock()
_index: FacetIndex | None = None


def current(version: int | None = None) -> FacetIndex:
    """The index of at least the state that the reader sees; `version` is the portal's, where it has been asked for."""
    global _index
    index = _index
    if index is not None and version is not None and index.stand.version >= version:
        return index
    with _lock:
        _index = FacetIndex.built() if _index is None else _index.caught_up()
        return _index


def forget() -> None:
    """For tests, where versions begin again."""
    global _index
    with _lock:
        _index = None
