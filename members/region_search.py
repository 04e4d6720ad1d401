"""Finds regions by what people type: a name in any spelling, a part of it, an official key, a postcode.

One statement over the folded `search_text` (members/regions/words.py); each place is offered once, by the row
that counts.
"""

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from members.models import Region, RegionKey
from members.regions.words import alike, folded

LIMIT = 10
MOST_WORDS = 8
LONGEST_TEXT = 120  # characters that are looked at
FORM_WORDS = re.compile(
    r"^(?:(?:freie |kreisfreie |grosse |hanse |universitaets |und |kreis )*"
    r"(?:stadt|hansestadt|landeshauptstadt|kreisstadt|universitaetsstadt|gemeinde|gemeine|markt|ortsgemeinde))\s+"
)
EXACT, OTHER_EXACT, WHOLE_WORDS, PREFIX, OTHER_PREFIX, WORDS = range(6)  # how good a match is, best first


@dataclass(frozen=True)
class Resolution:
    """What a typed name stands for: one region, or several to choose from, or nothing."""

    region: Region | None
    choices: list[Region]


def find_regions(text: str, limit: int = LIMIT) -> list[Region]:
    """The likeliest first: exact names before beginnings before words, bigger places before smaller ones.

    A region's `detail` tells it from others of its name; reading it costs no query.
    """
    typed = text[:LONGEST_TEXT]
    digits = re.sub(r"\s", "", typed)
    if re.fullmatch(r"[0-9]{2,12}", digits):
        return _by_number(digits, limit)
    first: list[Region] = []
    for phrase in _readings(typed):
        found = list(by_name(phrase)[:limit])
        if found and _tier_of(found[0]) <= OTHER_EXACT:
            return found
        first = first or found
    return first


def resolve(text: str) -> Resolution:
    """For forms without JavaScript: a typed name that means one place needs no second step.

    Only a name that fits one place alone is clear; Münster and Halle are several, so a person chooses.
    """
    found = find_regions(text)
    best = [region for region in found if _tier_of(region) == _tier_of(found[0])]
    clear = len(found) == 1 or (len(best) == 1 and _tier_of(best[0]) <= OTHER_EXACT)
    return Resolution(best[0] if clear else None, found)


def _tier_of(region: Region) -> int:
    """Regions that were found by a number are exact."""
    return getattr(region, "tier", EXACT)


def _readings(text: str) -> list[str]:
    """The phrase as typed, then more and more leniently: other word for Kreis, without "Stadt", without (...)."""
    phrase, outside = folded(text), folded(re.sub(r"\(.*?\)?$", "", text))
    readings = [phrase, alike(phrase)]
    readings += [FORM_WORDS.sub("", one) for one in (phrase, outside)]
    readings += [outside, alike(outside)]
    return [one for one in dict.fromkeys(readings) if one]


def _offered() -> QuerySet[Region]:
    return Region.objects.valid().canonical()


def _by_number(digits: str, limit: int) -> list[Region]:
    """AGS, ARS (former ones too) or the postcode of the seat, whole or begun."""
    former = RegionKey.objects.filter(key=digits).values_list("region_id", flat=True)
    whole = Q(key=digits) | Q(ags=digits) | Q(postcode=digits) | Q(pk__in=list(former))
    rows = Region.objects.valid().filter(whole).select_related("canonical").order_by("-population", "key")
    found = list(dict.fromkeys(row.counted() for row in rows))
    if not found:
        begun = Q(key__startswith=digits) | Q(ags__startswith=digits) | Q(postcode__startswith=digits)
        found = list(_offered().filter(begun).order_by("-population", "key")[:limit])
    return found[:limit]


def by_name(phrase: str) -> QuerySet[Region]:
    """Every word has to be there or begun, at least one in a name and not only in where the region lies."""
    words = phrase.split()[:MOST_WORDS]
    begun = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
    return (
        _offered()
        .annotate(words=SearchVector("search_text", config="simple"))
        .filter(words=begun, search_text__regex=rf"^[^+]* ({'|'.join(words)})")
        .annotate(tier=_tier(phrase))
        .order_by("tier", "-population", "key")
    )


def _tier(phrase: str) -> Case:
    ladder = [
        (EXACT, f"= {phrase} ;"),
        (OTHER_EXACT, f"| {phrase} ;"),
        (WHOLE_WORDS, f"= {phrase} "),
        (PREFIX, f"= {phrase}"),
        (OTHER_PREFIX, f"| {phrase}"),
    ]
    whens = [When(search_text__contains=part, then=Value(tier)) for tier, part in ladder]
    return Case(*whens, default=Value(WORDS), output_field=IntegerField())
