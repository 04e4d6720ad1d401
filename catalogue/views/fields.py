"""The entry page of a field of action."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue.models import FieldOfAction, Solution, Transfer
from catalogue.nearness import seen_from, sentence
from catalogue.places import point_of_view
from catalogue.spread import reach_sentence, regions_reached, with_reach
from members.models import Region

SHOWN = 3  # of the newest and of the most used; all of them are in the list


@require_safe
def field_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What the field is about, how much there is, and where to begin."""
    view = point_of_view(request.GET.get("fuer", ""))
    field = get_object_or_404(FieldOfAction, slug=slug)
    solutions = Solution.objects.published().in_field(slug)
    context = {
        "field": field,
        "fuer": view.region,
        "total": solutions.count(),
        "newest": _cards(solutions.order_by(F("published_at").desc(nulls_last=True), "-pk"), view.region),
        "most_used": _cards(_most_used(solutions), view.region),
        "others": FieldOfAction.objects.exclude(pk=field.pk),
        **_use_in(field),
    }
    return render(request, "catalogue/field_detail.html", context)


def _most_used(solutions: QuerySet[Solution]) -> QuerySet[Solution]:
    """Those that are used at all."""
    return solutions.annotate(reached=regions_reached()).filter(reached__gt=0).order_by("-reached", "title", "pk")


def _use_in(field: FieldOfAction) -> dict[str, int]:
    rows = Transfer.objects.public().spreading().filter(solution__fields_of_action=field)
    return rows.aggregate(used_count=Count("solution", distinct=True), region_count=Count("region", distinct=True))


def _cards(solutions: QuerySet[Solution], region: Region | None) -> list[dict[str, Any]]:
    """What their cards show, in one statement."""
    names = FieldOfAction.objects.filter(solutions=OuterRef("pk")).values("name")
    rows = seen_from(with_reach(solutions), region).annotate(field_names=ArraySubquery(names))[:SHOWN]
    return [
        {
            "solution": solution,
            "spread": "; ".join(part for part in (reach_sentence(solution), sentence(solution.nearest)) if part),
        }
        for solution in rows
    ]
