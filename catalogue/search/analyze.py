"""The one analyzer of index, query, highlight and correction: from a text to what its words are looked up by.

Change `ANALYZER_VERSION` with whatever changes what comes out (lexicon files too): `manage.py reindex` then renews
every entry.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from catalogue.search.compounds import lines_of, parts_of
from catalogue.search.stemming import folded, folded_pieces, stem, verb_stems

ANALYZER_VERSION = 1

CHUNK = re.compile(r"[^\W_]+(?:[-‐‑–.&+'’][^\W_]+)*")  # "FIT-Connect", "DCAT-AP.de", "mein.berlin"
PIECE = re.compile(r"[^\W_]+")
CAPITAL_INSIDE = re.compile(r"(?<=[a-zäöüß]{3})(?=[A-ZÄÖÜ][a-zäöüß])|(?<=[a-zäöüß]{6})(?=[A-Z]{2})")  # "openDesk"
SENTENCE_BEGIN = re.compile(r"(?:^|[.!?:;\n•*]|\n\s*[-–])[\s\"„(*]*$")
MOST_POSITIONS = 12_000  # PostgreSQL keeps 16,383
MOST_PLACES = 60  # of one lexeme; more say nothing new
FIELD_GAP = 10  # positions between two fields, so that no phrase reaches across
LONGEST_WORD = 80


class Form(NamedTuple):
    """One thing that a word is looked up by, and which letters of the word stand for it."""

    lexeme: str
    start: int
    end: int


class Token(NamedTuple):
    """A word of a text: its number, the letters of the text that it takes, and what it is found by."""

    position: int
    start: int
    end: int
    word: str  # folded
    forms: tuple[Form, ...]


@lru_cache(1)
def silent_words() -> frozenset[str]:
    """Not even indexed: they stand in every text."""
    return frozenset(folded(next(lines_of("stopwords.txt"))).split())


@lru_cache(1)
def stop_words() -> frozenset[str]:
    """Not asked for, unless nothing else is."""
    return frozenset(folded(" ".join(lines_of("stopwords.txt"))).split())


def chunks_of(text: str) -> Iterator[tuple[int, str, list[tuple[int, str]]]]:
    """Words as they are written together, with their pieces: "FIT-Connect" and FIT, Connect."""
    for chunk in CHUNK.finditer(text):
        pieces = []
        for piece in PIECE.finditer(chunk[0]):
            place = piece.start()
            for word in CAPITAL_INSIDE.split(piece[0]):
                pieces.append((chunk.start() + place, word[:LONGEST_WORD]))
                place += len(word)
        yield chunk.start(), chunk[0], pieces


def tokens_of(text: str) -> Iterator[Token]:
    """Every word of a text with all that it can be found by; silent words only count a position."""
    position = 0
    for start, chunk, pieces in chunks_of(text):
        if len(pieces) > 1 and len(chunk) <= LONGEST_WORD:
            together = folded("".join(PIECE.findall(chunk)))
            yield Token(position + 1, start, start + len(chunk), together, (Form(stem(together), 0, len(chunk)),))
        for place, piece in pieces:
            position += 1
            word, forms = _word_forms(piece, _may_be_verb(text, place, piece))
            if word not in silent_words():
                yield Token(position, place, place + len(piece), word, forms)


def vector(fields: Iterable[Iterable[Token]]) -> str:
    """A tsvector as PostgreSQL reads it, of the tokens of several fields."""
    places: dict[str, list[int]] = {}
    begin = 0
    for field in fields:
        last = 0
        for token in field:
            last = token.position
            if begin + last > MOST_POSITIONS:
                break
            for form in token.forms:
                found = places.setdefault(form.lexeme, [])
                if len(found) < MOST_PLACES and (not found or found[-1] != begin + last):
                    found.append(begin + last)
        begin += last + FIELD_GAP
    return " ".join(f"{quoted(lexeme)}:{','.join(map(str, at))}" for lexeme, at in sorted(places.items()))


def quoted(lexeme: str) -> str:
    """A lexeme inside a tsvector or tsquery; lexemes are letters and digits, and nobody has to rely on it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


@lru_cache(50_000)
def _word_forms(piece: str, may_be_verb: bool) -> tuple[str, tuple[Form, ...]]:
    pieces = folded_pieces(piece)
    letters = [(letter, place) for text, place in pieces for letter in text]
    word = "".join(letter for letter, _ in letters)[:LONGEST_WORD]
    borders = [place for _, place in letters] + [len(piece)]
    verbs = verb_stems(word) if may_be_verb else ()
    lexemes = [] if verbs and word.endswith(("ern", "eln")) else [(stem(word), 0, len(word))]
    lexemes += [(stem(part.word), part.start, part.end) for part in parts_of(word)]
    lexemes += [(verb, 0, len(word)) for verb in verbs]
    found = dict.fromkeys(Form(lexeme, borders[start], borders[end]) for lexeme, start, end in lexemes if lexeme)
    return word, tuple(found)


def _may_be_verb(text: str, place: int, piece: str) -> bool:
    """Nouns have a capital letter; at the begin of a sentence everything has."""
    return piece[0].islower() or bool(SENTENCE_BEGIN.search(text[max(0, place - 8) : place]))
