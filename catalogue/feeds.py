"""Solutions and arrivals as feeds, with the filters of their lists."""

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.filters import ArrivalFilter, SolutionPageFilter
from catalogue.models import Arrival, Solution
from members.atom import ENTRIES, Entry, feed


@require_safe
def solutions(request: HttpRequest) -> HttpResponse:
    """What was changed last stands first."""
    asked = SolutionPageFilter(request.GET, queryset=Solution.objects.published())
    rows = [] if asked.errors else asked.qs.order_by(F("changed_at").desc(nulls_last=True), "-pk")[:ENTRIES]
    entries = [
        Entry(
            name=f"loesung/{row.slug}",
            title=row.title,
            path=row.get_absolute_url(),
            summary=row.summary,
            updated=row.changed_at or row.published_at,
            published=row.published_at,
        )
        for row in rows
    ]
    return feed(request, title="Lösungen", page=reverse("solution_list"), asked=asked, entries=entries)


@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """What arrived last stands first."""
    asked = ArrivalFilter(request.GET, queryset=Arrival.objects.public())
    rows = [] if asked.errors else asked.qs.select_related("solution", "region")[:ENTRIES]
    return feed(
        request, title="Zuletzt übertragen", page=reverse("transfer_list"), asked=asked,
        entries=[_arrived(row) for row in rows],
    )  # fmt: skip


def _arrived(arrival: Arrival) -> Entry:
    solution, region, at = arrival.solution, arrival.region, arrival.arrived_at
    return Entry(
        name=f"ankunft/{solution.slug}/{region.address_key}/{int(at.timestamp())}",
        title=f"{solution.title} ist angekommen: {region.label}",
        path=solution.get_absolute_url(),
        summary=f"Bestätigt am {timezone.localtime(at):%d.%m.%Y}. {solution.summary}",
        updated=at,
        published=at,
    )
