"""The maps as pictures of their own: cached like pages, so a page with a map stays light."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.dot_map import highlights_svg, zoomed_svg
from catalogue.models import Solution, Transfer
from catalogue.places import point_of_view, rows_by_key
from catalogue.spread import map_facts
from catalogue.spread_over_time import in_use_at_the_end_of, year_asked

SVG = "image/svg+xml"


@require_safe
def solution_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Where this solution is used, or was at the end of `jahr`; `fuer` marks the reader's region."""
    solution = get_object_or_404(Solution.objects.published(), slug=slug)
    facts = Transfer.objects.public().filter(solution=solution)
    year = year_asked(request.GET.get("jahr", ""), timezone.localdate())
    if year:
        keys = facts.filter(in_use_at_the_end_of(year)).order_by().values_list("region__key", flat=True)
        return _picture(highlights_svg((key, "live") for key in keys.distinct()))
    facts = facts.spreading()
    here = point_of_view(request.GET.get("fuer", "")).region
    return _picture(highlights_svg(_facts(facts), here=here))


@require_safe
def country_map(request: HttpRequest) -> HttpResponse:
    """Where any solution is used: the picture of the start page."""
    return _picture(highlights_svg(_facts(Transfer.objects.public().spreading())))


@require_safe
def region_map(request: HttpRequest, key: str) -> HttpResponse:
    """One region and its surroundings, with everything that is used there."""
    region = rows_by_key([key]).get(key)
    if region is None:
        raise Http404(f"no region has the key {key}")
    facts = Transfer.objects.public().spreading()
    if region.key:
        near = Q(region__key__startswith=region.key[:2]) | Q(region__key__in=region.ancestor_keys)
        facts = facts.filter(near)
    return _picture(zoomed_svg(region, _facts(facts)))


def _facts(transfers) -> list[tuple[str, str]]:
    return map_facts(transfers.order_by().values_list("region__key", "stage").distinct())


def _picture(svg: str) -> HttpResponse:
    return HttpResponse(svg, content_type=SVG)
