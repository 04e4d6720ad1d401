"""What pages of other rooms place of this one, and the words that mails need."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from catalogue.models import FieldOfAction, Solution
from members.models import Region
from procurement.models import MarketExploration
from subscriptions import wording
from subscriptions.matching import count_recipients
from subscriptions.news import NewsKind

register = template.Library()
EXPLORATION_KINDS = (
    NewsKind.EXPLORATION_OPENED,
    NewsKind.EXPLORATION_DUE,
    NewsKind.CLARIFICATION,
    NewsKind.EXPLORATION_RESULT,
    NewsKind.TENDER_AWARDED,
)

LISTED = {"explorations": EXPLORATION_KINDS, "transfers": (NewsKind.ARRIVAL,), "tenders": (NewsKind.TENDER_AWARDED,)}


@register.inclusion_tag("subscriptions/_follow_button.html")
def follow_button(
    *,
    solution: Solution | None = None,
    region: Region | None = None,
    exploration: MarketExploration | None = None,
    field: FieldOfAction | None = None,
) -> dict[str, Any]:
    """A link to the page where one subscribes, filled in: `{% follow_button region=region %}`."""
    query: list[tuple[str, str]] = []
    if region:
        query.append(("region", region.address_key))
    if solution:
        query.append(("loesung", solution.slug))
    if field:
        query.append(("handlungsfeld", field.slug))
    if exploration:
        query += [("handlungsfeld", one.slug) for one in exploration.fields_of_action.all()]
        query += [("neuigkeit", kind.value) for kind in EXPLORATION_KINDS]
    return {"url": f"{reverse('subscribe')}?{urlencode(query)}", "label": _label(solution, region, exploration, field)}


@register.inclusion_tag("subscriptions/_follow_button.html")
def follow_list(query: str, kinds: str = "") -> dict[str, Any]:
    """Leads from a list to subscribing with the list's very query: `{% follow_list query "explorations" %}`.

    `kinds` names what the list is about; without it all kinds of news are offered.
    """
    chosen = urlencode([("neuigkeit", kind.value) for kind in LISTED.get(kinds, ())])
    asked = "&".join(part for part in (query, chosen) if part)
    label = "Diese Auswahl abonnieren" if query else "Neuigkeiten abonnieren"
    return {"url": reverse("subscribe") + (f"?{asked}" if asked else ""), "label": label}


def _label(
    solution: Solution | None,
    region: Region | None,
    exploration: MarketExploration | None,
    field: FieldOfAction | None,
) -> str:
    if solution:
        return "Dieser Lösung folgen"
    if region:
        return "Region folgen"
    if exploration:
        return "Solchen Markterkundungen folgen"
    return "Handlungsfeld folgen" if field else "Neuigkeiten abonnieren"


@register.filter
def one_line(value: object, limit: int) -> str:
    """For subjects: no line break, at most `limit` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


@register.filter
def inside(region: Region) -> str:
    """ "im Landkreis Mayen-Koblenz"."""
    return wording.inside(region)


@register.inclusion_tag("subscriptions/_mails_caused.html")
def mails_caused_by(solution: Solution, region: Region) -> dict[str, Any]:
    """How many mails this arrival would send, by the same WHERE as the fan-out."""
    return {"recipients": count_recipients(solution=solution, region=region, kind=NewsKind.ARRIVAL)}
