"""Pages composed of several rooms, and the small technical ones."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Arrival, FieldOfAction, Solution, Transfer
from members.models import OrganisationUser
from procurement.models import MarketExploration


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """In ten seconds: what this is, the search, and what is new."""
    now = timezone.now()
    return render(
        request,
        "govtech_portal/start.html",
        {
            "solution_count": Solution.objects.published().count(),
            "region_count": Transfer.objects.public().spreading().values("region").distinct().count(),
            "open_exploration_count": MarketExploration.objects.open_at(now).count(),
            "fields": FieldOfAction.objects.with_solution_counts(),
            "arrivals": Arrival.objects.public().select_related("solution", "region")[:5],
            "explorations": MarketExploration.objects.open_at(now).order_by("responses_due_at")[:5],
        },
    )


@login_required
@require_safe
def account_home(request: HttpRequest) -> HttpResponse:
    access = OrganisationUser.objects.filter(user=request.user).select_related("organisation")
    return render(request, "govtech_portal/account.html", {"access": access})
