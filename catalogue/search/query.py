"""From what a visitor types to a tsquery: inflections, compounds, synonyms, and the nearest word for a typo.

Nothing of the text reaches PostgreSQL as syntax: the query is put together from lexemes, and bound as a parameter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import connection

from catalogue.search.analyze import LONGEST_WORD, chunks_of, quoted, silent_words, stop_words
from catalogue.search.compounds import leaves_of
from catalogue.search.correction import meant_by
from catalogue.search.stemming import action_of, folded, stem, verb_stems

MOST_WORDS = 12
LONGEST_TEXT = 400
LONGEST_PHRASE = 4  # words of a synonym that are looked for in the text

KNOWN_AND_ALIKE = """
SELECT ARRAY(SELECT DISTINCT lexeme FROM catalogue_searchword WHERE lexeme = ANY(%s)),
    (SELECT json_agg(json_build_array(keys, words, narrower)) FROM catalogue_synonym WHERE keys && %s::varchar[])
"""

Phrase = tuple[str, ...]  # lexemes that stand side by side


class Word(NamedTuple):
    """A word of the question and where it stands."""

    text: str
    start: int
    word: str  # folded

    @property
    def silent(self) -> bool:
        return self.word in stop_words()


@dataclass(frozen=True)
class Wanted:
    """One thing that must be found, by any of its phrases."""

    phrases: tuple[Phrase, ...]
    all_of: tuple[tuple[Phrase, ...], ...] = ()  # or by all parts of a compound, each by any of its phrases
    begins: str = ""  # or by any word that begins so

    @property
    def tsquery(self) -> str:
        ways = [_side_by_side(phrase) for phrase in dict.fromkeys(self.phrases)]
        if self.all_of:
            ways.append("(" + " & ".join(Wanted(phrases).tsquery for phrases in self.all_of) + ")")
        if self.begins:
            ways.append(quoted(self.begins) + ":*")
        return "(" + " | ".join(ways) + ")"

    @property
    def all_phrases(self) -> set[Phrase]:
        return {*self.phrases, *(phrase for part in self.all_of for phrase in part)}


@dataclass(frozen=True)
class Found:
    """What the words of a question mean."""

    text: str = ""
    terms: tuple[str, ...] = ()  # the words that are asked for
    wanted: tuple[Wanted, ...] = ()
    corrected: str | None = None  # "Meinten Sie ...?"; everything else here is of this text already
    only_stop_words: bool = False
    any_suffices: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.wanted

    @property
    def tsquery(self) -> str:
        """For `@@`, as a parameter. Empty when nothing is asked for."""
        return (" | " if self.any_suffices else " & ").join(wanted.tsquery for wanted in self.wanted)

    @property
    def phrases(self) -> set[Phrase]:
        return {phrase for wanted in self.wanted for phrase in wanted.all_phrases}

    @property
    def beginnings(self) -> tuple[str, ...]:
        return tuple(wanted.begins for wanted in self.wanted if wanted.begins)

    @property
    def name(self) -> str:
        """The whole question as the name of a solution is kept."""
        return folded(" ".join(self.text.split()))

    def loosened(self) -> "Found | None":
        """For a page on which nothing has all words: any of them suffices."""
        return replace(self, any_suffices=True) if len(self.wanted) > 1 and not self.any_suffices else None


class Thesaurus(NamedTuple):
    """What the database knows of the words of one question."""

    known: frozenset[str]  # lexemes
    synonyms: dict[str, tuple[str, ...]]  # by key: the words that are found as well


def find(text: str) -> Found:
    """One statement; two more when a word is unknown to all texts and may be a typo. Never raises on any input."""
    text = text[:LONGEST_TEXT].replace("\0", " ").encode("utf-8", "replace").decode()  # half characters
    found, unknown = _understood(text)
    meant = meant_by([word.word for word in unknown.values()])
    mended = _mended(text, list(unknown.values()), meant.mended)
    if mended != text:
        found, unknown = _understood(mended)
        found = replace(found, corrected=mended)
    begins = {number: word.word for number, word in unknown.items() if word.word in meant.begun}
    wanted = tuple(replace(want, begins=begins.get(number, "")) for number, want in enumerate(found.wanted))
    return replace(found, wanted=wanted) if begins else found


def keys_of(words: Iterable[str]) -> list[str]:
    """What synonyms are looked up by."""
    return sorted({key for word in words if (key := " ".join(stem(w.word) for w in _words_of(word)))})


def _words_of(text: str) -> list[Word]:
    words: list[Word] = []
    for _, _, pieces in chunks_of(text):
        words += [Word(piece, start, folded(piece)[:LONGEST_WORD]) for start, piece in pieces]
    return words


def _understood(text: str) -> tuple[Found, dict[int, Word]]:
    """What is found, and the words that no text has, by their number in `wanted`."""
    words = _words_of(text)
    spoken = [word for word in words if not word.silent]
    last = spoken[:MOST_WORDS][-1].start if spoken else 0
    words = [word for word in words if word.start <= last] if spoken else words[:MOST_WORDS]
    thesaurus = _look_up(words)
    wanted: list[Wanted] = []
    terms: list[str] = []
    unknown: dict[int, Word] = {}
    place = 0
    while place < len(words):
        used, want = _next_wanted(words, place, thesaurus)
        if want is None and used == 1 and not spoken and words[place].word not in silent_words():
            want = Wanted(((stem(words[place].word),),))  # only stop words: taken at their word
        if want is not None:
            if used == 1 and not _is_known(want, thesaurus):
                unknown[len(wanted)] = words[place]
            wanted.append(want)
            terms.append(" ".join(word.text for word in words[place : place + used]))
        place += used
    found = Found(text=text, terms=tuple(terms), wanted=tuple(wanted), only_stop_words=bool(words) and not spoken)
    return found, unknown


def _next_wanted(words: list[Word], place: int, thesaurus: Thesaurus) -> tuple[int, Wanted | None]:
    """The longest phrase with synonyms, then two words that the texts write as one, then the single word."""
    for length in range(min(LONGEST_PHRASE, len(words) - place), 0, -1):
        key = " ".join(stem(word.word) for word in words[place : place + length])
        if key in thesaurus.synonyms and (length > 1 or not words[place].silent):
            own = _phrases_of(words[place]) if length == 1 else (tuple(key.split()),)
            parts = _parts(words[place], thesaurus) if length == 1 else ()
            return length, Wanted((*own, *_phrases_of_all(thesaurus.synonyms[key])), parts)
    pair = words[place : place + 2]
    if len(pair) == 2 and stem(together := pair[0].word + pair[1].word) in thesaurus.known:
        apart = (tuple(stem(word.word) for word in pair),)
        needs_both = not any(word.silent for word in pair)
        return 2, Wanted(((stem(together),), *apart), tuple(_phrases_of(word) for word in pair) if needs_both else ())
    if words[place].silent:
        return 1, None
    return 1, Wanted(_phrases_of(words[place]), _parts(words[place], thesaurus))


def _parts(word: Word, thesaurus: Thesaurus) -> tuple[tuple[Phrase, ...], ...]:
    """The parts of a compound that no text has as one word."""
    if stem(word.word) in thesaurus.known:
        return ()
    leaves = leaves_of(word.word)
    if len(leaves) < 2:
        return ()
    return tuple(((stem(leaf.word),), *_phrases_of_all(thesaurus.synonyms.get(stem(leaf.word), ()))) for leaf in leaves)


def _phrases_of(word: Word) -> tuple[Phrase, ...]:
    lexemes = [stem(word.word), *verb_stems(word.word), action_of(word.word)]
    return tuple((lexeme,) for lexeme in dict.fromkeys(lexemes) if lexeme)


def _phrases_of_all(texts: Iterable[str]) -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    for text in texts:
        words = _words_of(text)
        found += _phrases_of(words[0]) if len(words) == 1 else [tuple(stem(word.word) for word in words)]
    return tuple(found)


def _is_known(want: Wanted, thesaurus: Thesaurus) -> bool:
    """Does any text have it? A compound is known when all its parts are."""
    if any(phrase[0] in thesaurus.known for phrase in want.phrases):
        return True
    parts = want.all_of
    return bool(parts) and all(any(phrase[0] in thesaurus.known for phrase in part) for part in parts)


def _look_up(words: list[Word]) -> Thesaurus:
    singles = {lexeme for word in words for (lexeme,) in _phrases_of(word)}
    leaves = {stem(leaf.word) for word in words for leaf in leaves_of(word.word)}
    pairs = {stem(a.word + b.word) for a, b in zip(words, words[1:], strict=False)}
    stems = [stem(word.word) for word in words]
    phrases = {" ".join(stems[at : at + n]) for n in range(1, LONGEST_PHRASE + 1) for at in range(len(stems) - n + 1)}
    keys = phrases | leaves
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_AND_ALIKE, [sorted(singles | leaves | pairs), sorted(keys)])
        known, groups = cursor.fetchone()
    synonyms: dict[str, tuple[str, ...]] = {}
    for group_keys, same, narrower in groups or []:
        for key in keys & set(group_keys):
            synonyms[key] = (*synonyms.get(key, ()), *same, *narrower)
    return Thesaurus(frozenset(known), synonyms)


def _mended(text: str, unknown: list[Word], mended: dict[str, str]) -> str:
    """The text with what was meant in place of the typos."""
    for word in reversed(unknown):
        if shown := mended.get(word.word):
            text = text[: word.start] + shown + text[word.start + len(word.text) :]
    return text


def _side_by_side(phrase: Phrase) -> str:
    return quoted(phrase[0]) if len(phrase) == 1 else "(" + " <-> ".join(map(quoted, phrase)) + ")"
