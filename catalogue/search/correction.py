"""The nearest word that the portal's texts have, for a word that none of them has."""

from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Max
from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalogue.models import SearchWord
from catalogue.search.analyze import stop_words
from catalogue.search.compounds import is_known, lexicon
from catalogue.search.stemming import folded

SHORTEST = 4
LONG = 10
MOST_MENDED = 4  # words of one question
CANDIDATES = 12
LONGEST = 40  # letters of a compound that is looked at half by half
USAGE = """
SELECT w.shown, (
    SELECT count(*) FROM (
        SELECT 1 FROM catalogue_searchentry WHERE whole @@ quote_literal(w.lexeme)::tsquery LIMIT 100
    ) AS having_it
) FROM catalogue_searchword w WHERE w.shown = ANY(%s)
"""


class Nearest(NamedTuple):
    """A word that may be meant; the smallest is the nearest."""

    distance: int
    other_begin: bool
    other_length: int
    shown: str


def allowed_distance(word: str) -> int:
    """How many letters may be wrong, missing or too many; two that changed places are one.

    A word that the lexicon knows is right, unless it is long and one letter away from one that the texts have.
    """
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return 0
    if is_known(word):
        return 1 if len(word) >= LONG else 0
    return 1 if len(word) < 8 else 2 if len(word) < 14 else 3


class Meant(NamedTuple):
    """Of folded words that no text has: which were only begun, and what was meant by the others, as people write it."""

    begun: frozenset[str] = frozenset()
    mended: dict[str, str] = {}


def meant_by(words: list[str]) -> Meant:
    """Words that may well be right are left alone: "Elterngeld" is no typo, "Baugenehm" only begun."""
    doubtful = [word for word in words if len(word) >= SHORTEST and (allowed_distance(word) or not is_known(word))]
    if not doubtful:
        return Meant()
    vocabulary = _vocabulary()
    begun = {word for word in doubtful if not is_known(word) and any(other.startswith(word) for other in vocabulary)}
    mendable = [word for word in doubtful if word not in begun and allowed_distance(word)]
    return Meant(frozenset(begun), _mended(mendable[:MOST_MENDED], vocabulary))


def _mended(words: list[str], vocabulary: dict[str, str]) -> dict[str, str]:
    near = {word: _nearest(word, vocabulary) for word in words}
    used = _usage({one.shown for many in near.values() for one in many if len(many) > 1})
    found: dict[str, Nearest | None] = {}
    for word, many in near.items():
        found[word] = min(many, key=lambda one: (*one[:2], -used.get(one.shown, 0), one), default=None)
        if not many and not is_known(word):
            found[word] = _nearest_compound(word)
    return {word: one.shown for word, one in found.items() if one}


def _vocabulary() -> dict[str, str]:
    """Folded words with their spelling; kept by the process until there are others."""
    state = SearchWord.objects.aggregate(last=Max("pk"), count=Count("pk"))
    return _words_at(state["last"], state["count"])


@lru_cache(2)
def _words_at(last: int | None, count: int) -> dict[str, str]:
    """Words, and their basic forms: "Schließfach" is near, though the texts speak of Schließfächern."""
    known = SearchWord.objects.order_by("pk").values_list("word", "lexeme", "shown")
    rows = [row for row in known if row[0] not in stop_words()]
    basic = {lexeme: shown for _, lexeme, shown in sorted(rows, key=lambda row: -len(row[2]))}
    return basic | {word: shown for word, _, shown in rows}


@lru_cache(1)
def _known_halves() -> dict[str, str]:
    return {head: head for head in sorted(lexicon().heads)}


def _usage(shown: set[str]) -> dict[str, int]:
    """How many solutions have each word, counted up to a hundred: among equals the usual word is meant."""
    if not shown:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(USAGE, [sorted(shown)])
        return dict(cursor.fetchall())


def _nearest(word: str, vocabulary: dict[str, str]) -> list[Nearest]:
    most = allowed_distance(word)
    near = process.extract(word, vocabulary.keys(), scorer=OSA.distance, score_cutoff=most, limit=CANDIDATES)
    found = [_compared(word, other, int(distance), vocabulary[other]) for other, distance, _ in near]
    if len(word) == SHORTEST:  # so short that any letter changes the word: only "Kiat" is Kita
        found = [one for one in found if sorted(folded(one.shown)) == sorted(word)]
    return found


def _compared(word: str, other: str, distance: int, shown: str) -> Nearest:
    return Nearest(distance, other[0] != word[0], abs(len(other) - len(word)), shown)


def _nearest_compound(word: str) -> Nearest | None:
    """A compound that no text has, with a typo in one of its two halves: "Fahrzeugzulasung"."""
    found: list[Nearest] = []
    for cut in range(SHORTEST, min(len(word), LONGEST) - SHORTEST + 1):
        left, right = word[:cut], word[cut:]
        if is_known(left):
            found += [near._replace(shown=left + near.shown) for near in _half(right)]
        if is_known(right):
            found += [near._replace(shown=near.shown + right) for near in _half(left)]
    best = min(found, default=None)
    return best and best._replace(shown=best.shown[0].upper() + best.shown[1:])


def _half(word: str) -> list[Nearest]:
    return _nearest(word, _known_halves()) if len(word) > SHORTEST else []
