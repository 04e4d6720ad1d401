"""Taking German compounds apart: "Bauantragsverfahren" is Bau, Antrag, Verfahren, and Bauantrag as well.

Only words of the lexicon are parts, so that "Rat" is not found in "Strategie". Two things are known without it: the
joint after -ung, -heit, -keit, -ion, -tät, -schaft ("Mobilitäts|daten"), and a long word at the end ("Master|portal").
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from catalogue.search.stemming import folded

LEXICON = Path(__file__).parent / "lexicon"
JOINTS = ("", "s", "n", "es", "en", "er", "e", "nen", "ns")
ENDINGS = ("", "s", "e", "n", "en", "es", "er", "ern", "em", "se", "sen", "nen", "ns")
SURE_JOINT = re.compile(r"(?:ung|heit|keit|schaft|tat|ion|tum|ling)s(?=[a-z]{3})")
LONGEST = 60  # letters; what is longer is no word
LONG_WORD = 6
NO_END = frozenset({"burger"})  # who lives in Hamburg is no Bürger of Ham


class Part(NamedTuple):
    """A part of a folded word: where it stands, and the word that it is looked up by."""

    start: int
    end: int
    word: str


class Lexicon(NamedTuple):
    heads: frozenset[str]  # stand anywhere
    fronts: dict[str, str]  # stand in front only, with the word that they stand for
    whole: dict[str, str]  # are not taken apart, with the one part that they keep ("" for none)


def lines_of(name: str) -> Iterator[str]:
    for line in (LEXICON / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@lru_cache(1)
def lexicon() -> Lexicon:
    heads, fronts = set(), {}
    for entry in " ".join(lines_of("parts.txt")).split():
        word, _, noun = folded(entry).partition("=")
        if word.endswith("-"):
            fronts[word[:-1]] = noun or word[:-1]
        else:
            heads.add(word)
    pairs = (folded(entry).partition("=") for entry in " ".join(lines_of("whole.txt")).split())
    return Lexicon(frozenset(heads), fronts, {word: kept for word, _, kept in pairs})


@lru_cache(1)
def particles() -> frozenset[str]:
    """What stands before a verb and its nouns, and is no word of its own: "Aus|bau"."""
    return frozenset(folded(" ".join(lines_of("particles.txt"))).split())


@lru_cache(50_000)
def parts_of(word: str) -> tuple[Part, ...]:
    """Every part of a folded word, single ones and those that stand together; nothing for a simple word."""
    leaves = leaves_of(word)
    if len(leaves) < 2 and not (leaves and (leaves[0].end - leaves[0].start) < len(word)):
        return leaves if _basic(word) in lexicon().whole else ()
    found = list(leaves)
    for first in range(len(leaves)):
        for last in range(first + 1, len(leaves)):
            start, end = leaves[first].start, leaves[last].end
            if end - start < len(word):
                found.append(Part(start, end, _joined(word, leaves[first], leaves[last])))
    kept = lexicon().whole
    return (*found, *(part._replace(word=kept[part.word]) for part in found if kept.get(part.word)))


@lru_cache(50_000)
def leaves_of(word: str) -> tuple[Part, ...]:
    """The smallest parts in their order."""
    if len(word) < 6 or len(word) > LONGEST:
        return ()
    basic = _basic(word)
    if basic in lexicon().whole:
        kept = lexicon().whole[basic]
        return (Part(0, len(word), kept),) if kept else ()
    if word.endswith("hausen"):
        return ()  # a place, and no house
    return tuple(_smallest(word, _by_lexicon(word, 0, len(word)) or _by_joint(word) or _by_long_end(word)))


def _smallest(word: str, parts: list[Part]) -> Iterator[Part]:
    """The lexicon knows "Bauantrag" as a word; it is Bau and Antrag all the same."""
    for part in parts:
        inner = leaves_of(word[part.start : part.end])
        if len(inner) > 1:
            yield from (Part(part.start + leaf.start, part.start + leaf.end, leaf.word) for leaf in inner)
        else:
            yield part


def is_known(word: str) -> bool:
    """Is this folded word German as far as the lexicon knows? Then it is no typo."""
    basic = _basic(word)
    return basic in lexicon().heads or basic in lexicon().whole or bool(_by_lexicon(word, 0, len(word)))


def _by_lexicon(word: str, start: int, end: int) -> list[Part] | None:
    """The fewest known parts from here to the end, none of them nameless."""
    best: list[Part] | None = None
    if start and (head := _head(word[start:end])):
        best = [Part(start, end, head)]
    for cut in range(start + 3, end - 2):
        front = _front(word[start:cut])
        if front is None:
            continue
        rest = _by_lexicon(word, cut, end)
        if rest and (best is None or len(rest) + 1 < len(best)):
            best = [_front_part(word, start, cut, front), *rest]
    if start == 0 and best is None:
        return None
    return best


def _by_joint(word: str) -> list[Part]:
    """At the surest joint, with what the lexicon knows of either side."""
    for joint in SURE_JOINT.finditer(word):
        cut = joint.end()
        if joint.start() < 2:
            continue
        left = leaves_of(word[: cut - 1]) or (Part(0, cut - 1, word[: cut - 1]),)
        right = leaves_of(word[cut:]) or (Part(0, len(word) - cut, word[cut:]),)
        return [*left, *(Part(part.start + cut, part.end + cut, part.word) for part in right)]
    return []


def _by_long_end(word: str) -> list[Part]:
    """A long known word at the end, whatever stands before it: "Geoportal", "Hochsauerlandkreis"."""
    for cut in range(3, len(word) - LONG_WORD + 1):
        head = _head(word[cut:])
        if head and len(head) >= LONG_WORD and head not in NO_END and word[:cut] not in particles():
            front = word[:cut].rstrip("s") if cut > 4 else word[:cut]
            unknown = [Part(0, len(front), front)] if len(front) > 3 else []
            return [*unknown, Part(cut, len(word), head)]
    return []


@lru_cache(50_000)
def _head(text: str) -> str | None:
    """The lexicon's word that this is a form of."""
    known = lexicon().heads
    return next((text[: len(text) - len(end)] for end in ENDINGS if _without(text, end) in known), None)


def _basic(word: str) -> str:
    return next((_without(word, end) for end in ENDINGS if _without(word, end) in lexicon().whole), _head(word) or word)


@lru_cache(50_000)
def _front(text: str) -> str | None:
    known = lexicon()
    if text in known.fronts:
        return known.fronts[text]
    for joint in JOINTS:
        bare = _without(text, joint)
        if bare in known.heads:
            return bare
    return text + "e" if len(text) > 3 and text + "e" in known.heads else None


def _front_part(word: str, start: int, cut: int, front: str) -> Part:
    """Without its joint, so that "Bauantrag|s" is marked as Bauantrag."""
    text = word[start:cut]
    return Part(start, start + len(front) if text.startswith(front) else cut, front)


def _joined(word: str, first: Part, last: Part) -> str:
    """Several parts as one word: as they stand, but the last in its basic form."""
    return word[first.start : last.start] + last.word


def _without(text: str, ending: str) -> str:
    return text[: len(text) - len(ending)] if ending and text.endswith(ending) else ("" if ending else text)
