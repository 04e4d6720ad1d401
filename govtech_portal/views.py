"""Pages composed of several rooms, and the small technical ones."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Arrival, FieldOfAction, Solution, Transfer
from catalogue.places import point_of_view
from govtech_portal.personal_data import by_person
from members.models import Region
from procurement.models import MarketExploration

SHOWN = 5  # of each list on the start page


def news_for(region: Region) -> QuerySet[Arrival]:
    """What arrived in the region, in a part of it or above it."""
    concerned = Region.objects.within(region) | Region.objects.above(region)
    arrivals = Arrival.objects.public().filter(region__in=concerned)
    return arrivals.select_related("solution", "region", "transfer")[:SHOWN]


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """In ten seconds: what this is, the search, and what is new."""
    now = timezone.now()
    fuer = point_of_view(request.GET.get("fuer", "")).region
    return render(
        request,
        "govtech_portal/start.html",
        {
            "fuer": fuer,
            "news_here": news_for(fuer) if fuer else [],
            "map_url": reverse("country_map"),
            "solution_count": Solution.objects.published().count(),
            "region_count": Transfer.objects.public().spreading().values("region").distinct().count(),
            "open_exploration_count": MarketExploration.objects.open_at(now).count(),
            "fields": FieldOfAction.objects.with_solution_counts(),
            "arrivals": Arrival.objects.public().select_related("solution", "region", "transfer")[:SHOWN],
            "explorations": MarketExploration.objects.open_at(now).order_by("responses_due_at")[:SHOWN],
        },
    )


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "govtech_portal/privacy.html", {"data_of": by_person()})
