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
from catalogue.wording import map_alt

PAGE = 100  # rows of the table


@require_safe
def solution_spread(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a solution is used: the map big, every transfer, each Land, and who learned from whom."""
    view = point_of_view(request.GET.get("fuer", ""))
    solution: Solution = get_object_or_404(public_solutions(view.region), slug=slug)
    paginator = Paginator(transfers_of(solution), PAGE)
    page = paginator.get_page(request.GET.get("seite"))
    page.object_list = with_due(page.object_list, timezone.now())
    coverage = coverage_of(solution)
    context = {
        "solution": solution,
        "fuer": view.region,
        "point_of_view": view,
        "nearest": sentence(solution.nearest),
        "page": page,
        "query": f"fuer={view.region.address_key}" if view.region else "",
        "coverage": coverage,
        "map_alt": map_alt(solution, coverage),
        "trail": [("Lösungen", reverse("solution_list")), (solution.title, solution.get_absolute_url())],
        "lineage": lineage_of(solution),
    }
    return render(request, "catalogue/solution_spread.html", context)
