"""Cards of the list. A card is put together when its solution has changed and kept for as long as its facts stay.

What depends on the reader (how near) or on the question (marked words, a sentence of the text) is put in afterwards,
so that one card serves all. The template is rendered once for all cards of the same make-up.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catalogue.facets.index import FacetIndex
from catalogue.models import FieldOfAction, Solution
from catalogue.nearness import Near, near, seen_from
from catalogue.search import Found, excerpt, highlight
from catalogue.spread import reach_sentence, with_reach
from members.models import Region

KEPT = 4000  # cards in a process, about a kilobyte each
TEMPLATE = "components/solution_card.html"
ANY_IDS = "{}"  # stands for the keys in a statement that is written once
# What stands for a solution's own words while its card is rendered: characters that no text has, and a slug.
TITLE, SUMMARY, SPREAD, SLUG = "\x1d", "\x1e", "\x1f", "slug-der-loesung"
TEXT = ("title", "summary")
MAKE_UP = ("slug", "campus_stage", "licence", "is_fictitious", "field_names", "local_live", "states_live",
           "federal_live", "local_coming", "states_coming")  # fmt: skip
PROSE = ("description", "benefits")


class Kept(NamedTuple):
    """A card in three pieces, around its title and its sentence."""

    slug: str
    title: str
    summary: str
    pieces: tuple[str, str, str]

    def html(self, title: str, summary: str) -> SafeString:
        first, second, third = self.pieces
        return mark_safe(f"{first}{title}{second}{summary}{third}")  # noqa: S308 - escaped or marked by us


class Card(NamedTuple):
    slug: str
    html: SafeString
    near: Near | None = None
    excerpt: str = ""


class Row:
    """What was read of one solution, as attributes."""

    def __init__(self, names: Sequence[str], values: Sequence[Any]) -> None:
        self.__dict__.update(zip(names, values, strict=True))

    def __getattr__(self, name: str) -> Any:
        """For the type checker; what was not read is not there."""
        raise AttributeError(name)


def cards_of(
    ids: Sequence[int], index: FacetIndex, fuer: Region | None = None, found: Found | None = None
) -> list[Card]:
    """In this order. At most one statement; none when every card is known and says by itself what was asked."""
    kept = {one: entry[1] for one in ids if (entry := index.cards.get(one)) and entry[0] == index.facts.get(one)}
    marked = {one: _marked(card, found) for one, card in kept.items()} if found else {}
    silent = [one for one, words in marked.items() if "<mark>" not in words[0] + words[1]]
    missing = [one for one in ids if one not in kept]
    rows: dict[int, Row] = {}
    if missing or silent or (fuer and ids):
        wanted = list(ids) if fuer else [*missing, *silent]
        rows = {row.pk: row for row in _rows(wanted, fuer, bool(missing), bool(found))}
    for one in missing:
        if one in rows:
            kept[one] = _put_together(rows[one])
            _keep(one, index, kept[one])
    return [_card(kept[one], rows.get(one), fuer, found, marked.get(one)) for one in ids if one in kept]


def _card(kept: Kept, row: Row | None, fuer: Region | None, found: Found | None, words: tuple[str, str] | None) -> Card:
    title, summary = words or (_marked(kept, found) if found else (escape(kept.title), escape(kept.summary)))
    sentence = excerpt(row, found) if found and row is not None and "<mark>" not in title + summary else ""
    return Card(kept.slug, kept.html(title, summary), near(row.nearest) if fuer and row is not None else None, sentence)


def _marked(card: Kept, found: Found) -> tuple[str, str]:
    return highlight(card.title, found), highlight(card.summary, found)


def _rows(ids: list[int], fuer: Region | None, with_card: bool, with_text: bool) -> Iterator[Row]:
    names = _columns(with_card, with_text)
    if fuer:
        names = (*names, "nearest")
        rows = seen_from(_query(with_card).filter(pk__in=ids), fuer).values_list(*names)
        yield from (Row(names, values) for values in rows)
        return
    statement, params = _compiled(with_card, with_text)
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids if value == ANY_IDS else value for value in params])
        yield from (Row(names, values) for values in cursor.fetchall())


def _columns(with_card: bool, with_text: bool) -> tuple[str, ...]:
    return ("pk", *TEXT, *(MAKE_UP if with_card else ()), *(PROSE if with_text else ()))


def _query(with_card: bool) -> QuerySet[Solution]:
    if not with_card:
        return Solution.objects.all()
    names = FieldOfAction.objects.filter(solutions=OuterRef("pk")).values("name")
    return with_reach(Solution.objects.all()).annotate(field_names=ArraySubquery(names))


@cache
def _compiled(with_card: bool, with_text: bool) -> tuple[str, tuple[Any, ...]]:
    """Written once a process: to compile it takes longer than to run it."""
    chosen = RawSQL("SELECT unnest(%s::bigint[])", [ANY_IDS])
    rows = _query(with_card).filter(pk__in=chosen).values_list(*_columns(with_card, with_text))
    return rows.query.sql_with_params()


def _put_together(row: Row) -> Kept:
    spread = reach_sentence(row)
    whole = _made_up(row.campus_stage, tuple(row.field_names), row.licence, row.is_fictitious, bool(spread))
    first, _, rest = whole.replace(SLUG, row.slug).replace(SPREAD, escape(spread)).partition(TITLE)
    second, _, third = rest.partition(SUMMARY)
    # where the title stands again, for screen readers, nothing is marked
    return Kept(row.slug, row.title, row.summary, (first, second, third.replace(TITLE, escape(row.title))))


@lru_cache(maxsize=2000)
def _made_up(stage: str, field_names: tuple[str, ...], licence: str, is_fictitious: bool, is_used: bool) -> str:
    """A card of this make-up, with what is a solution's own left open."""
    solution = Solution(slug=SLUG, title=TITLE, summary=SUMMARY, campus_stage=stage, licence=licence,
                        is_fictitious=is_fictitious)  # fmt: skip
    context = {"solution": solution, "spread": SPREAD if is_used else "", "field_names": field_names}
    return get_template(TEMPLATE).render(context)


def _keep(one: int, index: FacetIndex, card: Kept) -> None:
    if len(index.cards) >= KEPT:
        index.cards.clear()
    if one in index.facts:
        index.cards[one] = (index.facts[one], card)
