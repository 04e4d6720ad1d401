"""The Steckbrief of one solution."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.nearness import sentence
from catalogue.places import point_of_view
from catalogue.profile import (
    SHOWN,
    changes_of,
    paths_for,
    public_solutions,
    roles_of,
    sovereignty_facts,
    technical_facts,
    transfers_of,
    with_due,
)
from catalogue.spread import coverage_of
from catalogue.wording import map_alt

FIRST = 8  # transfers that are shown before one asks for all


@require_safe
def solution_detail(request: HttpRequest, slug: str) -> HttpResponse:
    view = point_of_view(request.GET.get("fuer", ""))
    solution = get_object_or_404(public_solutions(view.region), slug=slug)
    transfers = with_due(transfers_of(solution)[: SHOWN + 1], timezone.now())
    coverage = coverage_of(solution)
    own_paths, other_paths = paths_for(solution, view.region)
    context = {
        "solution": solution,
        "fuer": view.region,
        "point_of_view": view,
        "nearest": sentence(solution.nearest),
        "transfers": transfers if len(transfers) <= SHOWN else [],
        "first_transfers": transfers[:FIRST],
        "has_more": len(transfers) > SHOWN,
        "coverage": coverage,
        "map_alt": map_alt(solution, coverage),
        "paths": own_paths,
        "other_paths": other_paths,
        "roles": roles_of(solution),
        "sovereignty": sovereignty_facts(solution),
        "technique": technical_facts(solution),
        "changes": changes_of(solution),
    }
    return render(request, "catalogue/solution_detail.html", context)
