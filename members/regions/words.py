"""The words by which a region is found: folded alike when it is loaded and when somebody types.

`search_text` is a line of phrases. An own name begins with "=", another name of the same place with "|", where
it lies with "+"; each ends with ";". So one LIKE tells an exact name from the beginning of a name from a word.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from members.models import Region
from members.models.regions import ancestor_keys
from members.regions.names import short_name, titles
from members.regions.table import RegionFacts

STATE_SHORT = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NRW NW", "06": "HE", "07": "RLP RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST LSA", "16": "TH",
}  # fmt: skip
STATE_NAMES = {  # how they call themselves
    "02": "Freie und Hansestadt Hamburg", "04": "Freie Hansestadt Bremen", "09": "Freistaat Bayern",
    "14": "Freistaat Sachsen", "16": "Freistaat Thüringen",
}  # fmt: skip
FEDERAL_NAMES = ("Bund", "Bundesrepublik", "BRD", "bundesweit", "Germany")
ALIKE = {  # what people write for one and the same kind of region
    "landkreis": "kreis", "lkr": "kreis", "lk": "kreis", "kr": "kreis",
    "verbandsgemeinde": "vg", "verwaltungsgemeinschaft": "vg", "vgem": "vg", "vvg": "vg",
    "gemeindeverwaltungsverband": "vg", "gvv": "vg", "verwaltungsverband": "vg",
    "samtgemeinde": "sg", "regierungsbezirk": "rb", "regbez": "rb", "sankt": "st", "u": "und",
}  # fmt: skip
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Lower case, umlauts written out, accents and punctuation gone: "Görlitz/Zhorjelc" -> "goerlitz zhorjelc"."""
    return _plain_words(unicodedata.normalize("NFC", text).lower().translate(UMLAUTS))


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """As `folded`, but the umlauts lose their dots, as people type who have no umlauts: "gorlitz"."""
    return _plain_words(text.lower().replace("ß", "ss"))


def alike(phrase: str) -> str:
    """Landkreis, Kreis and LK are one word here, Verbandsgemeinde and VG too."""
    return " ".join(ALIKE.get(word, word) for word in phrase.split())


def sort_key_of(row: RegionFacts) -> str:
    """German sorting (DIN 5007-1: ä as a) by the name proper: Landkreis Mayen-Koblenz stands under M."""
    return bare(_proper_name(row))


def detail_of(row: RegionFacts, by_key: Mapping[str, RegionFacts]) -> str:
    """What tells it from others of its name: "Stadt, Landkreis Oder-Spree, Brandenburg"."""
    parts = [] if row.label.lower().startswith(row.form.lower()) else [row.form]
    above = [by_key[key] for key in ancestor_keys(row.key) if key in by_key]
    parts += [
        other.label
        for other in above
        if other.kind in (Region.Kind.DISTRICT, Region.Kind.STATE) and other.label != row.label
    ]
    return ", ".join(parts) or row.form


def search_text_of(row: RegionFacts, by_key: Mapping[str, RegionFacts]) -> str:
    own = _phrases(_own_names(row), folded, bare)
    other = [phrase for phrase in _phrases(_other_names(row), folded, bare, _alike) if phrase not in own]
    where = _phrases(_where(row, by_key), folded)
    marked = [("=", own), ("|", other), ("+", where)]
    return "".join(f" {mark} {phrase} ;" for mark, phrases in marked for phrase in phrases)


def _alike(text: str) -> str:
    return alike(folded(text))


def _plain_words(text: str) -> str:
    if text.isascii():
        return " ".join(re.findall(r"[a-z0-9]+", text))
    letters = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in letters if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", letters.replace("ł", "l")))


def _phrases(texts: Iterable[str], *folds: Callable[[str], str]) -> list[str]:
    """Each way of folding each text, once, in order."""
    return list(dict.fromkeys(phrase for text in texts for fold in folds if (phrase := fold(text))))


def _proper_name(row: RegionFacts) -> str:
    if row.kind in (Region.Kind.DISTRICT, Region.Kind.ASSOCIATION):
        return row.label.removeprefix(row.form).strip()
    if row.kind == Region.Kind.STATE:
        return row.name
    return row.label


def _own_names(row: RegionFacts) -> list[str]:
    """A town is also called by its short name; a Kreis or an association always says what it is."""
    return [row.label] if _proper_name(row) != row.label else [row.label, short_name(row.label)]


def _other_names(row: RegionFacts) -> list[str]:
    proper = _proper_name(row)
    found = [row.label, proper, short_name(proper)]
    if row.kind == Region.Kind.FEDERAL:
        found += [row.name, *FEDERAL_NAMES]
    if row.kind == Region.Kind.STATE:
        found += [STATE_NAMES.get(row.key, ""), f"Land {row.name}", *STATE_SHORT[row.key].split()]
    if row.kind == Region.Kind.GOVERNMENT_DISTRICT:
        found.append(row.label.split(maxsplit=1)[-1])
    if row.kind in (Region.Kind.MUNICIPALITY, Region.Kind.DISTRICT):
        found += [row.name.split(",")[0], *row.label.split("/")[1:]]
        found += [f"{title} {row.label}" for title in titles(row.name) if title != "Stadt"]
    return found


def _where(row: RegionFacts, by_key: Mapping[str, RegionFacts]) -> list[str]:
    state = by_key.get(row.key[:2])
    if state is None or len(row.key) <= 2:
        return []
    district = by_key.get(row.key[:5])
    words = [row.postcode, state.name, *STATE_SHORT[state.key].split()]
    return words + ([district.label] if district and len(row.key) > 5 else [])
