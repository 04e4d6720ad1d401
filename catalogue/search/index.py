"""Writing the index: in the transaction of the verb that changes the text, or for everything by `reindex`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalogue.models import SearchEntry, SearchWord, Solution
from catalogue.search.analyze import ANALYZER_VERSION, LONGEST_WORD, Token, stop_words, tokens_of, vector
from catalogue.search.stemming import folded
from catalogue.search.texts import texts_of
from members.models import Organisation

BATCH = 500
SHORTEST_WORD = 3
VECTORS = ("title", "lead", "whole")


class Progress(NamedTuple):
    done: int
    total: int


def index_solution(solution: Solution) -> None:
    """Entry and words of one solution as it is in the database now; what is not public loses its entry."""
    index_solutions(Solution.objects.filter(pk=solution.pk))


@transaction.atomic
def index_solutions(rows: QuerySet[Solution]) -> int:
    """The same for several, for example those of a field of action that was renamed. Says how many were written."""
    SearchEntry.objects.filter(solution__in=rows).exclude(solution__in=Solution.objects.published()).delete()
    entries: list[SearchEntry] = []
    words: dict[str, SearchWord] = {}
    for solution in _with_texts(rows):
        entry, of_entry = entry_of(solution)
        entries.append(entry)
        words |= of_entry
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["solution"],
        update_fields=["name", *VECTORS, "changed_at", "analyzer"],
    )  # fmt: skip
    _learn(words)
    return len(entries)


def index_organisation(organisation: Organisation) -> int:
    """After its name changed: the solutions that it stands in."""
    return index_solutions(Solution.objects.filter(organisation_roles__organisation=organisation).distinct())


def entry_of(solution: Solution) -> tuple[SearchEntry, dict[str, SearchWord]]:
    """What stands in the index of it, and its words."""
    texts = texts_of(solution)
    fields = [list(tokens_of(text)) for text in texts.whole]
    entry = SearchEntry(
        solution=solution, name=folded(solution.title), changed_at=_changed_at(solution), analyzer=ANALYZER_VERSION,
        title=vector(fields[: len(texts.title)]), lead=vector(fields[: len(texts.lead)]), whole=vector(fields),
    )  # fmt: skip
    words: dict[str, SearchWord] = {}
    for text, tokens in zip(texts.whole, fields, strict=True):
        words |= _words_of(text, tokens)
    return entry, words


def _changed_at(solution: Solution) -> datetime:
    return solution.changed_at or solution.published_at or timezone.now()


def stale() -> QuerySet[Solution]:
    """Published solutions without an entry of this analyzer, and entries of what is not public any more."""
    current = Q(search_entry__analyzer=ANALYZER_VERSION, search_entry__isnull=False)
    public = Q(editorial_status=Solution.EditorialStatus.PUBLISHED)
    return Solution.objects.filter(public & ~current | ~public & Q(search_entry__isnull=False))


def reindex(rows: QuerySet[Solution] | None = None) -> Iterator[Progress]:
    """All, or the given ones, batch by batch, each batch its own transaction: it may be stopped and begun again."""
    rows = Solution.objects.all() if rows is None else rows
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(keys), BATCH):
        batch = keys[begin : begin + BATCH]
        index_solutions(Solution.objects.filter(pk__in=batch))
        yield Progress(begin + len(batch), len(keys))


def forget_unused_words() -> int:
    """Words that no entry has any more; one pass over the index, so `reindex` alone does it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM catalogue_searchword WHERE lexeme NOT IN"
            " (SELECT word FROM ts_stat('SELECT whole FROM catalogue_searchentry'))"
        )
        return cursor.rowcount


def _with_texts(rows: QuerySet[Solution]) -> QuerySet[Solution]:
    public = rows.filter(editorial_status=Solution.EditorialStatus.PUBLISHED).order_by("pk")
    return public.prefetch_related("fields_of_action", "organisation_roles__organisation")


def _learn(words: dict[str, SearchWord]) -> None:
    """Adds what is new. In one order, so that two writers wait for each other and never in a circle."""
    known = set(SearchWord.objects.filter(word__in=words).values_list("word", flat=True))
    new = [words[word] for word in sorted(set(words) - known)]
    SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def _words_of(text: str, tokens: Iterable[Token]) -> dict[str, SearchWord]:
    """Words and parts of compounds: folded, looked up by, and as they are written."""
    found: dict[str, SearchWord] = {}
    for token in tokens:
        if token.word not in found:
            for form in token.forms:
                shown = text[token.start + form.start : token.start + form.end]
                word = folded(shown)
                if word not in found and _worth_learning(word, form.lexeme):
                    written = shown[0].upper() + shown[1:] if form.start else shown
                    found[word] = SearchWord(word=word, lexeme=form.lexeme, shown=written)
    return found


def _worth_learning(word: str, lexeme: str) -> bool:
    return not lexeme.endswith("~") and word not in stop_words() and SHORTEST_WORD <= len(word) <= LONGEST_WORD
