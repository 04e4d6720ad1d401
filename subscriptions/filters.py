"""A list's filter, saved: the very query of the page becomes the columns of a subscription.

Order and page say nothing about what one wants to hear; whatever else has no column is refused by name, so nobody
is told of more than the list showed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from catalogue.filters import SolutionPageFilter
from catalogue.models import FieldOfAction
from catalogue.places import rows_by_key
from members.filters import LONGEST
from members.models import Organisation, Region
from procurement.filters import ExplorationFilter, TenderFilter
from subscriptions.models import Subscription

# The filter's name to the column that keeps it.
COLUMNS: Mapping[str, str] = {
    "handlungsfeld": "fields_of_action", "phase": "stages", "ebene": "levels", "lizenz": "licences",
    "betriebsmodell": "operating_models", "ki": "ai", "pruefstatus": "verifications",
    "souveraenitaet": "sovereignty", "auftraggeber": "buyers", "q": "words",
}  # fmt: skip
PLACES = {"region", "aehnlich"}  # become the region and what belongs to it
# Order, page, point of view; and the state of an exploration or a tender, whose change is the news.
DROPPED = {"sortierung", "seite", "fuer", "zustand", "stand"}
LISTS = (SolutionPageFilter, ExplorationFilter, TenderFilter)
MOST_CHARACTERS = 1000  # of all values together: what an index holds


@dataclass
class SavedFilter:
    """What of a query becomes columns, the regions that it names, and what it says that no subscription can."""

    columns: dict[str, list[str] | str] = field(default_factory=dict)
    regions: list[Region] = field(default_factory=list)
    like: Region | None = None  # regions of like size to this one
    refused: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.columns


def known_names() -> set[str]:
    """Every filter of the lists that one can subscribe to, in German."""
    return set().union(*(one.base_filters for one in LISTS))


def saved(query: QueryDict) -> SavedFilter:
    """Reads German and English names alike; a name that no list knows says nothing."""
    asked = QueryDict(mutable=True)
    for one in LISTS:
        for name, values in one.in_german(query).lists():
            asked.setlist(name, values)
    found = SavedFilter()
    for name, values in asked.lists():
        if name in COLUMNS:
            _take(found, name, values)
        elif name in PLACES:
            _place(found, name, values)
        elif name not in DROPPED:
            found.refused += [f"{name}={value}" for value in values]
    if sum(len(value) for values in found.columns.values() for value in values) > MOST_CHARACTERS:
        return SavedFilter(refused=["zu viele Filter auf einmal"])
    return found


def _take(found: SavedFilter, name: str, values: list[str]) -> None:
    if name == "q":
        words = " ".join(values[-1].split())
        if len(words) > LONGEST or not words.isprintable():
            found.refused.append(f"q={words[:40]}…")
        else:
            found.columns["words"] = words
        return
    known = _known(name, values)
    found.refused += [f"{name}={value[:40]}" for value in values if value not in known]
    if known:
        found.columns[COLUMNS[name]] = sorted(known)


def _known(name: str, values: list[str]) -> set[str]:
    """Those values that the list itself would accept."""
    if name == "handlungsfeld":
        return set(FieldOfAction.objects.filter(slug__in=_clean(values)).values_list("slug", flat=True))
    if name == "auftraggeber":
        return set(Organisation.objects.filter(slug__in=_clean(values)).values_list("slug", flat=True))
    if name == "lizenz":
        return set(_clean(values))
    choices = dict(SolutionPageFilter.base_filters[name].field.choices)
    return {value for value in values if value in choices}


def _clean(values: list[str]) -> list[str]:
    return [value for value in values if value.isprintable() and len(value) <= LONGEST]


def _place(found: SavedFilter, name: str, values: list[str]) -> None:
    rows = rows_by_key(values)
    found.refused += [f"{name}={value[:40]}" for value in values if value not in rows and name != "region"]
    regions = sorted(set(rows.values()), key=lambda region: region.key)
    if name == "region":
        found.regions = regions
    elif regions:
        found.like = regions[0]


def filter_of(subscription: Subscription) -> list[tuple[str, str]]:
    """The parameters that a subscription's columns came from: for links back to the list, and to carry in a form."""
    pairs = []
    for name, column in COLUMNS.items():
        value = getattr(subscription, column)
        pairs += [(name, one) for one in ([value] if isinstance(value, str) else value) if one]
    return pairs
