"""What pages of other rooms place of this one: the explorations and tenders of what they show, and the chain."""

from datetime import datetime
from typing import Any

from django import template
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalogue.models import FieldOfAction, Solution
from members.models import Organisation, Region
from procurement.chain import chain_steps, links_of
from procurement.models import MarketExploration, Tender

register = template.Library()
Related = Solution | Organisation | MarketExploration | Tender | FieldOfAction | Region


@register.inclusion_tag("procurement/_explorations_of.html")
def explorations_of(related: Related, now: datetime | None = None) -> dict[str, Any]:
    """Market explorations of a buyer, a solution (directly or through its tender), a tender, a field or a region."""
    now = now or timezone.now()
    if isinstance(related, Solution):
        return {"explorations": [_with_state(one, now) for one in links_of(related, now).explorations]}
    rows = MarketExploration.objects.with_state_at(now).filter(_explorations(related)).distinct()
    return {"explorations": list(rows.select_related("buyer"))}


@register.inclusion_tag("procurement/_tenders_of.html")
def tenders_of(related: Related) -> dict[str, Any]:
    if isinstance(related, Solution):
        return {"tenders": links_of(related, timezone.now()).tenders}
    return {"tenders": list(_tenders(related).select_related("buyer").distinct())}


@register.inclusion_tag("components/chain.html")
def chain_of(related: Solution | MarketExploration | Tender | Region, now: datetime | None = None) -> dict[str, Any]:
    """Bedarf - Markterkundung - Ausschreibung - Lösung - Regionen, with what is known of each."""
    return {"steps": chain_steps(related, now or timezone.now())}


def _with_state(exploration: MarketExploration, now: datetime) -> MarketExploration:
    exploration.state = exploration.state_at(now)  # type: ignore[attr-defined]  # as with_state_at names it
    return exploration


def _explorations(related: Related) -> Q:
    match related:
        case Organisation():
            return Q(buyer=related) | Q(joint_buyers=related)
        case Tender():
            return Q(tenders=related)
        case FieldOfAction():
            return Q(fields_of_action=related)
        case Region():
            return Q(region=related)
    raise TypeError(f"no market explorations belong to {related!r}")


def _tenders(related: Related) -> QuerySet[Tender]:
    rows = Tender.objects.announced()
    match related:
        case Organisation():
            return rows.filter(buyer=related)
        case MarketExploration():
            return rows.filter(explorations=related)
        case FieldOfAction():
            return rows.filter(fields_of_action=related)
    raise TypeError(f"no tenders belong to {related!r}")
