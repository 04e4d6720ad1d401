"""From a word as people write it to what it is looked up by: one spelling, then one form."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

ALIKE = {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "æ": "a", "œ": "o", "ø": "o", "å": "a"}
LATIN = {  # plurals that no ending tells
    "zentren": "zentrum", "museen": "museum", "ministerien": "ministerium", "kriterien": "kriterium",
    "gremien": "gremium", "medien": "medium", "themen": "thema", "konten": "konto", "risiken": "risiko",
    "firmen": "firma", "visen": "visum", "stadien": "stadium", "praktika": "praktikum", "aromen": "aroma",
    "kitas": "kita", "kameras": "kamera", "kommata": "komma", "lexika": "lexikon", "schemata": "schema",
}  # fmt: skip
PLURAL_IN_ER = re.compile(
    r"(amt|bad|band|bild|blatt|brett|buch|dach|dorf|fach|feld|geld|gesicht|glas|glied|grab|gut|haupt|haus|holz|huhn"
    r"|kalb|kind|kleid|kraut|land|licht|lied|loch|mal|mann|nest|ort|pfand|rad|rand|rind|schild|schloss|tal|tuch|volk"
    r"|wald|weib|wort|wurm)(er|ern)$"
)
NOT_PLURAL_IN_ER = re.compile(r"(auslander|inlander|niederlander|burgenlander)n?$")  # who comes from there, not lands
ADJECTIVE_IN_ER = re.compile(
    r"(al|ell|iv|isch|ig|lich|sam|bar|haft|ent|ant|frei|arm|los|end|ar|os|neu|weit|gross|klein|gut|alt|jung|ier|iert"
    r"|ander|besser|schnell|sicher|einfach|digital|elektronisch)er$"
)
ACTION = re.compile(r"ung(en|s)?$")
PERSON = re.compile(r"er(innen|in|n|s)?$")
PLURAL_IN_S = re.compile(r"[^aeious][aiou]s$|[ep]os$|ps$")
NOT_PLURAL_IN_S = re.compile(r"(chaos|kosmos|logos|atlas|gas|bus|us|is)$")
VERBAL = re.compile(r"(?:(?P<infinitive>en|(?<=e[rl])n)|e?t)$")
_APART = (
    "ab|an|auf|aus|bei|bereit|durch|ein|fest|fort|frei|her|hin|los|mit|nach|statt|teil|um|vor|weg|weiter|wieder"
    "|zu|zuruck|zusammen"
)
WITH_ZU = re.compile(rf"^({_APART})zu(\w{{2,}}(?:en|ern|eln))$")  # "zusammenzufassen"
WITH_GE = re.compile(rf"^({_APART})ge(\w{{2,}}t)$")  # "angemeldet"
_snowball = Stemmer.Stemmer("german")


@lru_cache(100_000)
def folded(text: str) -> str:
    """Lower case, "Öffentlich", "Oeffentlich" and "Offentlich" alike."""
    return "".join(piece for piece, _ in folded_pieces(text))


def folded_pieces(text: str) -> list[tuple[str, int]]:
    """Each folded piece with the place in the text that it stands for: "ß" gives two letters, "ue" gives one.

    After another vowel or q an e is a sound of its own: "Steuer", "neue", "Quelle".
    """
    pieces: list[tuple[str, int]] = []
    place = 0
    while place < len(text):
        letter = text[place].lower()
        if letter in "aou" and text[place + 1 : place + 2].lower() == "e" and _before(pieces) not in "aeq":
            pieces.append((letter, place))
            place += 2
            continue
        pieces.append((ALIKE.get(letter) or _plain(letter), place))
        place += 1
    return pieces


def _before(pieces: list[tuple[str, int]]) -> str:
    return pieces[-1][0] if pieces else "."


def _plain(letter: str) -> str:
    """Without accents: é, ç, ñ."""
    if letter.isascii():
        return letter
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)).lower()


@lru_cache(100_000)
def stem(word: str) -> str:
    """The form that inflections share, of a folded word. Nouns in -er and -ung stay apart from their verbs."""
    word = WITH_ZU.sub(r"\1\2", word)
    for plural, singular in LATIN.items():
        if word.endswith(plural):
            return word[: -len(plural)] + singular
    if len(word) > 5 and (action := ACTION.search(word)):
        return word[: action.start()] + "ung"
    person = PERSON.search(word)
    if len(word) > 4 and person and not _plural_in_er(word) and not ADJECTIVE_IN_ER.search(word):
        return word[: person.start()] + "er"
    if PLURAL_IN_S.search(word) and not NOT_PLURAL_IN_S.search(word):
        word = word[:-1]
    return word if word.endswith("et") else _snowball.stemWord(word)  # "berichtet" is no "Bericht"


def verb_stems(word: str) -> tuple[str, ...]:
    """How a folded word is looked up where it is a verb: "sortieren", "sortiert" both as "sortier~"."""
    word = WITH_GE.sub(r"\1\2", WITH_ZU.sub(r"\1\2", word))
    found = VERBAL.search(word)
    if len(word) < 5 or not found:
        return ()
    return (word[: found.start()].removesuffix("e") + "~",)


def action_of(word: str) -> str | None:
    """The noun of a verb: "anmelden" to "anmeldung", because whoever asks for the one wants the other."""
    found = VERBAL.search(word)
    if len(word) < 5 or not found or not found["infinitive"]:
        return None
    if word.endswith("eln"):
        return word[:-3] + "lung"
    return (word[:-1] if word.endswith("ern") else word[:-2]) + "ung"


def _plural_in_er(word: str) -> bool:
    return bool(PLURAL_IN_ER.search(word)) and not NOT_PLURAL_IN_ER.search(word)
