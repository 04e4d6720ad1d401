from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.filters import ArrivalFilter
from catalogue.models import Arrival, FieldOfAction
from catalogue.places import point_of_view

PAGE = 40


@require_safe
def transfer_list(request: HttpRequest) -> HttpResponse:
    """What arrived where, the newest first."""
    view = point_of_view(request.GET.get("region", ""))
    data = request.GET.copy()
    if view.region:  # a name that was typed counts as the key it means
        data["region"] = view.region.address_key
    asked = ArrivalFilter(data, queryset=Arrival.objects.public())
    rows = asked.qs.select_related("solution", "region", "transfer__organisation", "transfer__from_transfer__region")
    paginator = Paginator(rows, PAGE)
    page = paginator.get_page(request.GET.get("seite"))
    context = {
        "asked": asked,
        "page": page,
        "total": paginator.count,
        "query": asked.query(),
        "fields": FieldOfAction.objects.all(),
        "chosen_fields": asked.data.getlist("handlungsfeld"),
        "region": view.region,
        "choices": view.choices,
        "typed": view.typed,
    }
    return render(request, "catalogue/transfer_list.html", context)
