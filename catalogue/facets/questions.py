"""What the list is asked, as sets of solutions: most from the index, words and places by one statement.

What a statement found is kept for as long as the version of the portal; a few hundred such sets in a process.
"""

from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, NamedTuple

from django.db.models import Aggregate, BinaryField, QuerySet, Value

from catalogue.facets.bits import from_packed
from catalogue.facets.index import FacetIndex
from catalogue.filters import SolutionPageFilter, like, within
from catalogue.models import Solution, Transfer
from catalogue.search import best_ids, entries_with
from members.models import Region

BY_INDEX = ("handlungsfeld", "phase", "ebene", "lizenz", "betriebsmodell", "ki", "souveraenitaet", "pruefstatus")
NARROWING = ("q", *BY_INDEX, "region", "aehnlich", "geaendert_seit")
KEPT = 256  # sets of at most 12.5 KB for 100,000 solutions


class PackedIds(Aggregate):
    """Primary keys as four bytes each: far quicker to read than an array."""

    template = "string_agg(int4send((%(expressions)s)::int4), ''::bytea)"
    output_field = BinaryField()


class Question(NamedTuple):
    """One that SQL answers: `rows` and the column of theirs that names the solution. Name and key say which it is."""

    name: str
    key: str
    rows: QuerySet
    column: str


_lock = Lock()


def answered(index: FacetIndex, questions: Iterable[Question]) -> dict[tuple[str, str], int]:
    """The set of each, those not known yet in one statement."""
    version, found, open_ones = index.stand.version, {}, []
    for question in {(one.name, one.key): one for one in questions}.values():
        at, bits = index.answers.get(question[:2], (-1, 0))
        if at == version:
            found[question[:2]] = bits & index.public
        else:
            open_ones.append(question)
    if open_ones:
        parts = [_packed(place, question) for place, question in enumerate(open_ones)]
        packed = dict(parts[0].union(*parts[1:], all=True))
        for place, question in enumerate(open_ones):
            bits = from_packed(packed.get(place))
            _keep(index, question, bits)
            found[question[:2]] = bits & index.public
    return found


def _packed(place: int, question: Question) -> QuerySet:
    rows = question.rows.order_by().annotate(_place=Value(place)).values("_place")
    return rows.annotate(_ids=PackedIds(question.column)).values_list("_place", "_ids")


def _keep(index: FacetIndex, question: Question, bits: int) -> None:
    with _lock:
        index.answers[question[:2]] = (index.stand.version, bits)
        index.answers.move_to_end(question[:2])
        while len(index.answers) > KEPT:
            index.answers.popitem(last=False)


def used_in(region: Region) -> Question:
    return Question("region", region.key, Transfer.objects.spreading().filter(within([region])), "solution")


def used_in_ones_like(region: Region) -> Question:
    return Question("aehnlich", region.key, Transfer.objects.spreading().filter(like([region])), "solution")


class Answers:
    """The set of each question that was asked; and of places, one by one, because facets count them."""

    def __init__(self, index: FacetIndex, asked: SolutionPageFilter, more: Iterable[Question] = ()) -> None:
        self.index = index
        asked.errors  # noqa: B018  # cleans the data
        given = {name: value for name, value in asked.form.cleaned_data.items() if value and name in NARROWING}
        self.regions: list[Region] = given.get("region", [])
        self.alike: list[Region] = given.get("aehnlich", [])
        self.words = asked.meant(given["q"]) if "q" in given else None
        alone = list(self._alone(given))
        places = [used_in(region) for region in self.regions if len(region.key) > 2]
        places += [used_in_ones_like(region) for region in self.alike]
        self.known = answered(index, [*alone, *places, *more])
        self.sets = {name: index.having(name, given[name]) for name in BY_INDEX if name in given}
        self.sets |= {question.name: self.known[question[:2]] for question in alone}
        if self.sets.get("q") == 0 and isinstance(asked, SolutionPageFilter):
            self._loosen()
        if self.regions:
            self.sets["region"] = _any(self.in_region(region) for region in self.regions)
        if self.alike:
            self.sets["aehnlich"] = _any(self.in_ones_like(region) for region in self.alike)
        self.found = self.without()

    def _loosen(self) -> None:
        """Where nothing has all words, what has some is a better answer than none: to people, whom the page says so."""
        if self.words and (loose := self.words.loosened()):
            question = Question("q", loose.tsquery, entries_with(loose), "solution")
            self.words, self.sets["q"] = loose, answered(self.index, [question])[question[:2]]

    def _alone(self, given: dict[str, Any]) -> Iterator[Question]:
        """Questions of one value, which no facet counts."""
        if self.words and not self.words.is_empty:
            yield Question("q", self.words.tsquery, entries_with(self.words), "solution")
        if since := given.get("geaendert_seit"):
            yield Question("geaendert_seit", since.isoformat(), Solution.objects.filter(changed_at__gte=since), "pk")

    def in_region(self, region: Region) -> int:
        """Used there or within."""
        if not region.key:
            return _any(self.index.values["pruefstatus"].values())  # every use has one
        if len(region.key) == 2:
            return self.index.having("region", [region.key])
        return self.known[("region", region.key)]

    def in_ones_like(self, region: Region) -> int:
        return self.known[("aehnlich", region.key)]

    def best(self, asked: SolutionPageFilter) -> list[int]:
        """The best answers to the words, in order; all others follow by spread."""
        if self.words is None:
            return []
        alone = set(self.sets) == {"q"}
        rows = None if alone else asked.narrowed(without="q")
        return best_ids(self.words, rows)

    def without(self, *names: str) -> int:
        """What answers all questions but these."""
        found = self.index.public
        for name, bits in self.sets.items():
            if name not in names:
                found &= bits
        return found


def _any(sets: Iterable[int]) -> int:
    found = 0
    for bits in sets:
        found |= bits
    return found
