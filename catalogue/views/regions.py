"""Regions: the search with the Länder, and the page of one region."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Transfer
from catalogue.neighbourhood import (
    EARLY,
    PARTS,
    ideas_from,
    ideas_of_like_size,
    neighbours_of,
    parts_of,
    paths_leading_here,
    solutions_within,
    states_with_counts,
    transfers_concerning,
)
from catalogue.places import KEY, point_of_view, rows_by_key
from catalogue.profile import with_due
from catalogue.region_reach import reach_within, reached_by_each
from catalogue.wording import region_map_alt, share_of_region
from members.models import Region
from members.region_search import find_regions

LONGEST = 200  # characters of a name that is looked for
PREDECESSORS = 20
COMING = (Transfer.Stage.ROLLOUT, Transfer.Stage.AGREED)
PART_NAMES = {"state": "Länder", "district": "Kreise und kreisfreie Städte", "municipality": "Gemeinden"}
OF_PARTS = {"state": "Ländern", "district": "Kreisen und kreisfreien Städten", "municipality": "Gemeinden"}


@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    """A name that means one place leads there at once; several are offered; without a name all Länder."""
    text = request.GET.get("q", "")[:LONGEST]
    meant = point_of_view(text)
    if meant.region:
        return redirect(meant.region)
    context = {"text": text if text.isprintable() else "", "choices": meant.choices, "states": states_with_counts()}
    return render(request, "catalogue/region_list.html", context)


@require_safe
def region_detail(request: HttpRequest, key: str) -> HttpResponse:
    region = rows_by_key([key]).get(key) if KEY.fullmatch(key) else None
    if region is None:
        choices = find_regions(key) if key.isprintable() else []
        return render(request, "catalogue/region_unknown.html", {"typed": key, "choices": choices}, status=404)
    if region.address_key != key:
        return redirect(region, permanent=True)
    return render(request, "catalogue/region_detail.html", _context(region))


def _context(region: Region) -> dict[str, Any]:
    concerning = with_due(transfers_concerning(region), timezone.now())
    own = [transfer for transfer in concerning if transfer.region_id == region.pk]
    known = {transfer.solution.slug for transfer in concerning if transfer.stage in Transfer.ARRIVED}
    parts, neighbours = parts_of(region), neighbours_of(region)
    kind = str(PARTS[Region.Kind(region.kind)][0]) if parts else ""
    return {
        "region": region,
        "trail": _trail(region),
        "predecessors": region.predecessors.order_by("-valid_until", "sort_key", "pk")[:PREDECESSORS],
        "live": [transfer for transfer in own if transfer.stage == Transfer.Stage.LIVE],
        "coming": [transfer for transfer in own if transfer.stage in COMING],
        "asked_for": [transfer for transfer in own if transfer.stage in EARLY],
        "from_above": [transfer for transfer in concerning if transfer.region_id != region.pk],
        "paths": paths_leading_here(region, known),
        "neighbours": neighbours,
        "neighbour_ideas": ideas_from(neighbours, known),
        "like_ideas": ideas_of_like_size(region, known),
        "parts": parts,
        "parts_name": PART_NAMES.get(kind, ""),
        "of_parts": OF_PARTS.get(kind, ""),
        "parts_reached": sum(1 for part in parts if part.solution_count),
        **_reach(region),
    }


def _reach(region: Region) -> dict[str, Any]:
    """How much of the region uses anything, and each solution's share of it; a municipality has no parts to count."""
    if region.kind == Region.Kind.MUNICIPALITY:
        return {"reach": None, "within": [], "map_alt": region_map_alt(region, None)}
    reach, within = reach_within(region), solutions_within(region)
    reached = reached_by_each(region, [row["solution_id"] for row in within])
    rows = [row | {"share": share_of_region(*reached.get(row["solution_id"], (0, 0)), reach)} for row in within]
    return {"reach": reach, "within": rows, "map_alt": region_map_alt(region, reach)}


def _trail(region: Region) -> list[tuple[str, str]]:
    """What the region lies in, from the Bund down; other levels of one and the same place once."""
    rows = Region.objects.valid().canonical().above(region).order_by("key")
    return [(row.label, row.get_absolute_url()) for row in rows]
