"""The list of solutions: search, facets, one page of cards; and how near they are to a reader's region."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from catalogue.cards import cards_of
from catalogue.facets.bits import from_ids
from catalogue.facets.index import FacetIndex, current
from catalogue.facets.options import LABELS, chips_of, facets_of, kind_in_plural
from catalogue.facets.questions import Answers, used_in, used_in_ones_like
from catalogue.facets.ways_on import ways_on
from catalogue.filters import SolutionPageFilter
from catalogue.models import Solution
from catalogue.nearness import nearest_first
from catalogue.places import PointOfView, point_of_view
from catalogue.search import Found
from members.models import Region

PAGE = 20
MAIN_FACETS = 4  # stay open; the others are folded until one of them is set


class Listing:
    """What was asked, the set that answers it, and the page of it that is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self.asked = SolutionPageFilter(request.GET, queryset=Solution.objects.published())
        self.index: FacetIndex = current(getattr(request, "portal_version", None))
        self.view = self._point_of_view()
        self.fuer = self.view.region
        if self.fuer:
            self.asked.data["fuer"] = self.fuer.address_key
        self.answers = Answers(self.index, self.asked, _of_places(self.fuer))
        self.found = self.answers.found
        self.total = self.found.bit_count()
        self.page: Page = Paginator(range(self.total), PAGE).get_page(request.GET.get("seite"))

    def _point_of_view(self) -> PointOfView:
        typed = self.asked.data.get("fuer", "")
        known = self.asked.places.get(typed) or self.asked.places.get(typed.strip())
        return PointOfView(known) if known else point_of_view(typed)

    @property
    def words(self) -> Found | None:
        """What was typed and means something."""
        meant = self.answers.words
        return meant if meant and not meant.is_empty else None

    @property
    def order(self) -> str:
        """The one that was chosen, as far as it makes sense here."""
        chosen = self.asked.form.cleaned_data.get("sortierung") or "relevanz"
        if (chosen == "relevanz" and not self.words) or (chosen == "naehe" and not self.fuer):
            return "name"
        return chosen

    def ids(self) -> list[int]:
        begin = max(0, self.page.start_index() - 1)
        if self.order == "relevanz":
            return self._first(self.answers.best(self.asked), begin)
        if self.order == "naehe" and self.fuer:
            return self._first(nearest_first(self.fuer), begin)
        return self.index.page(self.found, self.order, begin, PAGE)

    def _first(self, best: list[int], begin: int) -> list[int]:
        """These first, as far as they were found; all others follow by spread."""
        best = [one for one in best if self.found >> one & 1]
        if begin + PAGE <= len(best):
            return best[begin : begin + PAGE]
        rest = self.found & ~from_ids(best)
        more = self.index.page(rest, "verbreitung", max(0, begin - len(best)), PAGE)
        return (best[begin:] + more)[:PAGE]


def _of_places(fuer: Region | None) -> list[Any]:
    """The reader's region and those like it are options of a facet."""
    if fuer is None:
        return []
    return [used_in(fuer), *([used_in_ones_like(fuer)] if fuer.key else [])]


@require_safe
def solution_list(request: HttpRequest) -> HttpResponse:
    """One context for the page and for the fragment that htmx swaps in."""
    context = _context(Listing(request))
    if not request.headers.get("HX-Request"):
        response = render(request, "catalogue/solution_list.html", context)
    else:
        response = render(request, "catalogue/_solution_list_swap.html", context)
        response.headers["HX-Push-Url"] = context["address"]
    patch_vary_headers(response, ["HX-Request"])
    return response


def _context(listing: Listing) -> dict[str, Any]:
    asked, total = listing.asked, listing.total
    facets = facets_of(asked, listing.answers, listing.fuer)
    query = asked.query()
    number = listing.page.number
    chosen = [name for name in asked.data if name in LABELS or name == "aehnlich"]
    labels = {(o["name"], o["value"]): o["label"] for facet in facets for o in facet["options"]}
    return {
        "asked": asked,
        "facets": facets[:MAIN_FACETS],
        "more_facets": facets[MAIN_FACETS:],
        "more_open": any(facet["name"] in chosen for facet in facets[MAIN_FACETS:]),
        "chosen": sum(len(asked.data.getlist(name)) for name in chosen),
        "chips": chips_of(asked, listing.answers),
        "orders": _orders(listing),
        "page": listing.page,
        "cards": cards_of(listing.ids(), listing.index, listing.fuer, listing.words),
        "words": listing.answers.words,
        "ways_on": [] if total else ways_on(asked, listing.answers, labels),
        "query": query,
        "address": _address([*_pairs(asked), *([("seite", number)] if number > 1 else [])]),
        "total": total,
        "fuer": listing.fuer,
        "point_of_view": listing.view,
        "without_fuer": asked.query(without="fuer"),
    }


def _pairs(asked: SolutionPageFilter) -> list[tuple[str, str]]:
    return [(name, value) for name, values in sorted(asked.data.lists()) for value in values]


def _address(pairs: list[tuple[str, Any]]) -> str:
    """The one spelling of this page."""
    return reverse("solution_list") + (f"?{urlencode(pairs)}" if pairs else "")


def _orders(listing: Listing) -> list[dict[str, Any]]:
    """Links; relevance only where words were typed, and it comes first there."""
    rest = listing.asked.query(without="sortierung")
    choices = listing.asked.form.fields["sortierung"].choices
    return [
        {"label": label, "url": f"?{rest}{'&' if rest else ''}sortierung={value}", "current": value == listing.order}
        for value, label in choices
        if (value != "relevanz" or listing.words) and (value != "naehe" or listing.fuer) and value
    ]


@require_safe
def solution_nearness(request: HttpRequest) -> JsonResponse:
    """What the page of the same address says to a reader from `fuer`: for the browser that knows the region.

    So the list stays the same for all readers and is kept once.
    """
    listing = Listing(request)
    region = listing.fuer
    if region is None:
        return JsonResponse({"region": None, "cards": {}, "narrow": []})
    cards = cards_of(listing.ids(), listing.index, region)
    return JsonResponse(
        {
            "region": {"key": region.address_key, "name": region.label},
            "cards": {card.slug: card.near._asdict() for card in cards if card.near},
            "narrow": _narrow(listing, region),
        }
    )


def _narrow(listing: Listing, region: Region) -> list[dict[str, Any]]:
    """The same list for the reader's region alone, and for those like it, with how many it would find."""
    found = [("region", "Bei Ihnen genutzt", listing.answers.in_region(region))]
    if region.key:
        label = f"In {kind_in_plural(region)} Ihrer Größe genutzt"
        found.append(("aehnlich", label, listing.answers.in_ones_like(region)))
    narrow = []
    for name, label, bits in found:
        rest = [pair for pair in _pairs(listing.asked) if pair[0] not in (name, "fuer")]
        n = (bits & listing.answers.without(name)).bit_count()
        narrow.append({"label": label, "count": n, "url": _address(sorted([*rest, (name, region.address_key)]))})
    nearest = [pair for pair in _pairs(listing.asked) if pair[0] not in ("fuer", "sortierung")]
    nearest += [("fuer", region.address_key), ("sortierung", "naehe")]
    return [*(one for one in narrow if one["count"]), {"label": "Nächste zuerst", "url": _address(sorted(nearest))}]
