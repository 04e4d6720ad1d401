"""What somebody may mean while they are still typing: solutions, regions, organisations. The same for everybody."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from catalogue.facets.index import current
from catalogue.title_words import titles_with
from members.models import Organisation
from members.region_search import find_regions

LONGEST = 80  # characters that are looked at
SHORTEST = 2
EACH, FEWER = 5, 3  # of a group


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Groups of options, each with the address it leads to. Nothing for less than two characters."""
    typed = " ".join(request.GET.get("q", "").replace("\0", "")[:LONGEST].split())
    if len(typed) < SHORTEST:
        return JsonResponse({"groups": []})
    index = current(getattr(request, "portal_version", None))
    groups = [
        ("Lösungen", [_option(row.title, row.summary, row) for row in titles_with(typed, index, EACH)]),
        ("Regionen", [_option(row.label, row.detail, row) for row in find_regions(typed, FEWER)]),
        ("Organisationen", [_option(row.name, row.get_kind_display(), row) for row in _organisations(typed)]),
    ]
    return JsonResponse({"groups": [{"label": label, "options": options} for label, options in groups if options]})


def _option(label: str, detail: str, row: Any) -> dict[str, str]:
    return {"label": label, "detail": detail, "url": row.get_absolute_url()}


def _organisations(typed: str) -> list[Organisation]:
    """Those whose name or short name has what was typed, those that begin with it first."""
    found = Organisation.objects.filter(name__icontains=typed) | Organisation.objects.filter(
        short_name__istartswith=typed
    )
    rows = found.order_by("name", "pk")[:50]
    begins = typed.lower()
    return sorted(rows, key=lambda row: not row.name.lower().startswith(begins))[:FEWER]
