"""From what stands in an address (an official key, `de`, an AGS, a former key) or in a form to the row that counts."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import F, Q

from members.models import Region
from members.region_search import resolve

KEY = re.compile(r"de|[0-9]{2,12}")
MOST_REFORMS = 10  # one after the other; even, so that a circle of two ends where it began


class PointOfView(NamedTuple):
    """The reader's own region, or what a typed name may mean, or that nothing was found."""

    region: Region | None = None
    choices: tuple[Region, ...] = ()
    typed: str = ""


def rows_by_key(keys: Iterable[str]) -> dict[str, Region]:
    """For each key that is known, the row that counts today; one statement for keys of today, one more for others."""
    wanted = {"" if key == "de" else key: key for key in keys if KEY.fullmatch(key)}
    if not wanted:
        return {}
    today = Region.objects.valid().filter(key__in=wanted).select_related("canonical")
    found = {wanted[row.key]: row.counted() for row in today}
    others = {key: name for key, name in wanted.items() if name not in found}
    return found | _by_other_names(others) if others else found


def _by_other_names(wanted: dict[str, str]) -> dict[str, Region]:
    """By an AGS, a former key, or the key of a region that ended."""
    named = Q(key__in=wanted) | Q(ags__in=[key for key in wanted if key]) | Q(former_keys__key__in=wanted)
    rows = Region.objects.filter(named).annotate(former=F("former_keys__key")).order_by("-valid_until", "key")
    followed = "canonical", "successor__canonical", "successor__successor__canonical"
    found: dict[str, Region] = {}
    for row in rows.select_related(*followed):  # valid ones last, they win
        for key in {row.former, row.ags, row.key} & wanted.keys():
            found[wanted[key]] = standing(row)
    return found


def standing(row: Region) -> Region:
    """Whatever became of it: the row that takes its place, and the level of it that counts.

    A reform may take up what an earlier one made; a circle (an error of the table) ends after MOST_REFORMS.
    """
    for _ in range(MOST_REFORMS):
        if row.valid_until is None or row.successor is None:
            break
        row = row.successor
    return row.counted()


def point_of_view(text: str) -> PointOfView:
    """`?fuer=`: a key from a link, or a name typed into the form without JavaScript."""
    text = text.strip()
    if not text or not text.isprintable():
        return PointOfView()
    if KEY.fullmatch(text):
        found = rows_by_key([text])
        if found:
            return PointOfView(found[text])
    meant = resolve(text)
    return PointOfView(meant.region, () if meant.region else tuple(meant.choices), text)
