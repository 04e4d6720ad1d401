from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.lineage import lineage_of
from catalogue.models import Solution
from catalogue.nearness import sentence
from catalogue.places import point_of_view
from catalogue.profile import public_solutions, transfers_of, with_due
from catalogue.spread import coverage_of
from catalogue.spread_over_time import year_asked, years_of
from catalogue.wording import map_alt, map_of_year_alt

PAGE = 100  # rows of the table


@require_safe
def solution_spread(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a solution is used: the map big, every transfer, each Land, and who learned from whom."""
    view = point_of_view(request.GET.get("fuer", ""))
    solution: Solution = get_object_or_404(public_solutions(view.region), slug=slug)
    paginator = Paginator(transfers_of(solution), PAGE)
    page = paginator.get_page(request.GET.get("seite"))
    page.object_list = with_due(page.object_list, timezone.now())
    context = {
        "solution": solution,
        "fuer": view.region,
        "point_of_view": view,
        "nearest": sentence(solution.nearest),
        "page": page,
        "query": f"fuer={view.region.address_key}" if view.region else "",
        "coverage": coverage_of(solution),
        "trail": [("Lösungen", reverse("solution_list")), (solution.title, solution.get_absolute_url())],
        "lineage": lineage_of(solution),
    }
    return render(request, "catalogue/solution_spread.html", context | _over_time(request, context))


def _over_time(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The map of the year asked for, and what there was at the end of each."""
    solution, today = context["solution"], timezone.localdate()
    years = years_of(solution, today)
    shown = year_asked(request.GET.get("jahr", ""), today)
    if not any(row.year == shown for row in years):
        shown = None
    dated = years[-1].live if years else 0
    known = next((row for row in years if row.year == shown), None)
    return {
        "years": years,
        "year": shown,
        "this_year": today.year,
        "undated": max(0, solution.local_live + solution.states_live + solution.federal_live - dated),
        "map_alt": map_of_year_alt(solution, known) if known else map_alt(solution, context["coverage"]),
    }
