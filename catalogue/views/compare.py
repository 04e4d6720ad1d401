"""Up to four solutions side by side; which ones stands in the address alone."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.filters import SolutionFilter
from catalogue.models import Solution
from catalogue.places import PointOfView, point_of_view
from catalogue.side_by_side import (
    MOST,
    Choice,
    chosen_solutions,
    columns_of,
    compared,
    only_different,
    unanswered,
)
from catalogue.similar import similar_to

OFFERED = 8  # solutions to add
LONGEST = 200  # characters of a search
ONLY_DIFFERENT = "unterschiede"


@require_safe
def solution_compare(request: HttpRequest) -> HttpResponse:
    """Also with none, one, too many or unknown ones: then the page says what to do."""
    view = point_of_view(request.GET.get("fuer", ""))
    choice = chosen_solutions(request.GET.getlist("s"), view.region)
    columns = columns_of(choice.shown, view.region)
    groups = compared(columns)
    narrowed = request.GET.get("nur") == ONLY_DIFFERENT and len(columns) > 1
    kept = {"fuer": view.region.address_key if view.region else "", "nur": ONLY_DIFFERENT if narrowed else ""}
    slugs = [solution.slug for solution in choice.shown]
    context = {
        "choice": choice,
        "columns": [(column.solution, _address(_without(slugs, column.solution.slug), **kept)) for column in columns],
        "groups": only_different(groups) if narrowed else groups,
        "differences": sum(row.differs for group in groups for row in group.rows),
        "unanswered": unanswered(columns) if columns else [],
        "narrowed": narrowed,
        "switch": _address(slugs, fuer=kept["fuer"], nur="" if narrowed else ONLY_DIFFERENT),
        "slugs": slugs,
        "kept": _address(slugs, nur=kept["nur"]).removeprefix("?"),
        "fuer": view.region,
        "point_of_view": view,
        **_to_add(request.GET, choice, view, kept),
    }
    return render(request, "catalogue/solution_compare.html", context)


def _to_add(asked: QueryDict, choice: Choice, view: PointOfView, kept: dict[str, str]) -> dict[str, Any]:
    """What was searched for, or what resembles the ones chosen; nothing when there is no room."""
    words = asked.get("q", "")[:LONGEST].strip()
    if len(choice.shown) >= MOST:
        return {"has_room": False}
    slugs = [solution.slug for solution in choice.shown]
    rows = _found(words) if words else similar_to(choice.shown)
    offered = [
        (solution, _address([*slugs, solution.slug], **kept)) for solution in rows.exclude(slug__in=slugs)[:OFFERED]
    ]
    return {"has_room": True, "words": words, "offered": offered}


def _found(words: str) -> QuerySet[Solution]:
    asked = QueryDict(mutable=True)
    asked["q"] = words
    return SolutionFilter(asked, queryset=Solution.objects.published()).qs


def _without(slugs: list[str], slug: str) -> list[str]:
    return [one for one in slugs if one != slug]


def _address(slugs: list[str], **kept: str) -> str:
    return "?" + urlencode([*(("s", slug) for slug in slugs), *((k, v) for k, v in kept.items() if v)])
