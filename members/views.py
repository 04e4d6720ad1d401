"""Pages about members and other organisations, and the suggestions of regions while one types."""

from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from members.filters import CATEGORY_NOW, LONGEST, FacetSpec, OrganisationFilter
from members.models import CampusSite, Membership, Organisation
from members.region_search import find_regions

PAGE = 40  # organisations on a page: short rows
FACETS = (
    FacetSpec("mitgliedschaft", "Mitgliedschaft", "category", labels=dict(Membership.Category.choices)),
    FacetSpec("art", "Art", "kind", labels=dict(Organisation.Kind.choices)),
    FacetSpec(
        "skalierungspartner",
        "Skalierung",
        Case(When(is_scaling_partner=True, then=Value("ja"))),
        labels={"ja": "nur Skalierungspartner"},
    ),
)
MEMBERS_FIRST = Case(
    *(When(category=category, then=place) for place, category in enumerate(Membership.Category.values)),
    default=len(Membership.Category.values),
)


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Members of the campus first, then everybody else who offers, uses or buys."""
    organisations = Organisation.objects.annotate(category=CATEGORY_NOW)
    asked = OrganisationFilter(request.GET, queryset=organisations)
    total, facets = asked.counted(FACETS)
    rows = asked.qs.select_related("region").order_by(MEMBERS_FIRST, "name", "pk")
    paginator = Paginator(rows, PAGE)
    paginator.count = total
    context = {
        "asked": asked,
        "facets": facets,
        "chips": asked.chips(facets),
        "page": paginator.get_page(request.GET.get("seite")),
        "query": asked.query(),
        "total": total,
        "sites": CampusSite.objects.select_related("region"),
    }
    return render(request, "members/organisation_list.html", context)


@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who this is, what it offers, uses and explores (the panels of the other rooms)."""
    organisation = get_object_or_404(Organisation.objects.select_related("region"), slug=slug)
    memberships = list(organisation.memberships.order_by("-since", "pk"))
    context = {
        "organisation": organisation,
        "membership": next((m for m in memberships if m.until is None), None),
        "former_memberships": [m for m in memberships if m.until is not None],
        "facts": _facts(organisation),
    }
    return render(request, "members/organisation_detail.html", context)


def _facts(organisation: Organisation) -> list[tuple[str, ...]]:
    region = organisation.region
    return [
        ("Art", organisation.get_kind_display()),
        ("Kurzname", organisation.short_name),
        ("Region", region.label, region.get_absolute_url()) if region else ("Region", ""),
        ("Website", organisation.website_url, organisation.website_url),
        ("Rolle", "Skalierungspartner: hilft bei der Einführung" if organisation.is_scaling_partner else ""),
    ]


@require_safe
def region_suggestions(request: HttpRequest) -> JsonResponse:
    """At most ten places for what was typed so far, each once; the same for everybody, so it is cached as a page."""
    found = find_regions(request.GET.get("q", "")[:LONGEST].replace("\0", ""))
    rows = [{"key": region.address_key, "name": region.label, "detail": region.detail} for region in found]
    return JsonResponse(rows, safe=False)
