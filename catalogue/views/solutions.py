"""The list of solutions, the Steckbrief, and the fields of action."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from catalogue.filters import FACETS, GERMAN_TITLE, SolutionPageFilter, counted_solutions
from catalogue.models import FieldOfAction, Solution
from catalogue.nearness import seen_from, sentence
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
from catalogue.spread import coverage_of, reach_sentence, with_reach
from catalogue.wording import map_alt
from members.models import Region

PAGE = 20
MAIN_FACETS = 3  # stay open; the others are folded until one of them is set


@require_safe
def solution_list(request: HttpRequest) -> HttpResponse:
    """One context for the page and for the fragment that htmx swaps in."""
    context = _list_context(request)
    if not request.headers.get("HX-Request"):
        response = render(request, "catalogue/solution_list.html", context)
    else:
        response = render(request, "catalogue/_solution_list_swap.html", context)
        query = context["query"]
        response.headers["HX-Push-Url"] = reverse("solution_list") + (f"?{query}" if query else "")
    patch_vary_headers(response, ["HX-Request"])
    return response


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
        "has_more": len(transfers) > SHOWN,
        "coverage": coverage,
        "map_alt": map_alt(solution, coverage),
        "paths": own_paths,
        "other_paths": other_paths,
        "roles": roles_of(solution),
        "sovereignty": sovereignty_facts(solution),
        "technique": technical_facts(solution),
        "changes": changes_of(solution),
        "uses": [transfer for transfer in transfers if transfer.stage in transfer.ARRIVED],
    }
    return render(request, "catalogue/solution_detail.html", context)


@require_safe
def field_detail(request: HttpRequest, slug: str) -> HttpResponse:
    view = point_of_view(request.GET.get("fuer", ""))
    field = get_object_or_404(FieldOfAction, slug=slug)
    rows = _cards(Solution.objects.published().in_field(slug), view.region).order_by(GERMAN_TITLE, "pk")
    paginator = Paginator(rows, PAGE)
    page = paginator.get_page(request.GET.get("seite"))
    context = {
        "field": field,
        "fuer": view.region,
        "page": page,
        "cards": _with_sentences(page.object_list),
        "query": f"fuer={view.region.address_key}" if view.region else "",
    }
    return render(request, "catalogue/field_detail.html", context)


def _list_context(request: HttpRequest) -> dict[str, Any]:
    asked = SolutionPageFilter(request.GET, queryset=counted_solutions())
    view = point_of_view(asked.data.get("fuer", ""))
    total, facets = asked.counted(FACETS)
    rows = asked.qs if asked.data.get("sortierung") or asked.data.get("q") else asked.qs.order_by(GERMAN_TITLE, "pk")
    paginator = Paginator(_cards(rows, view.region), PAGE)
    paginator.count = total
    page = paginator.get_page(request.GET.get("seite"))
    chosen = [name for name in asked.data if name not in ("q", "fuer", "sortierung")]
    return {
        "asked": asked,
        "facets": facets[:MAIN_FACETS],
        "more_facets": facets[MAIN_FACETS:],
        "more_open": any(facet["name"] in chosen for facet in facets[MAIN_FACETS:]),
        "chosen": sum(len(asked.data.getlist(name)) for name in chosen),
        "chips": asked.chips(facets),
        "orders": _orders(asked),
        "page": page,
        "cards": _with_sentences(page.object_list),
        "query": asked.query(),
        "total": total,
        "fuer": view.region,
        "point_of_view": view,
    }


def _orders(asked: SolutionPageFilter) -> list[dict[str, Any]]:
    """Links; relevance only where words were typed, and it comes first there."""
    words = bool(asked.data.get("q"))
    current = asked.form.cleaned_data.get("sortierung") or ("relevanz" if words else "name")
    rest = asked.query(without="sortierung")
    choices = asked.form.fields["sortierung"].choices
    return [
        {"label": label, "url": f"?{rest}{'&' if rest else ''}sortierung={value}", "current": value == current}
        for value, label in choices
        if value and (value != "relevanz" or words)
    ]


def _cards(rows, region: Region | None):
    """What a card shows, in the statement of the page."""
    names = FieldOfAction.objects.filter(solutions=OuterRef("pk")).values("name")
    return seen_from(with_reach(rows), region).annotate(field_names=ArraySubquery(names))


def _with_sentences(solutions) -> list[dict[str, Any]]:
    cards = []
    for solution in solutions:
        near = sentence(solution.nearest)
        spread = "; ".join(part for part in (reach_sentence(solution), near) if part)
        cards.append({"solution": solution, "spread": spread})
    return cards
