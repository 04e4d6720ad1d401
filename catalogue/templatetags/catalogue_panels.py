"""What pages of other rooms place of this one: the solutions and transfers of an organisation."""

from typing import Any

from django import template
from django.utils import timezone

from catalogue.models import Solution, SolutionOrganisation, Transfer
from catalogue.profile import STAGE_ORDER, with_due
from members.models import Organisation

register = template.Library()


@register.inclusion_tag("catalogue/_solutions_of.html")
def solutions_of(organisation: Organisation) -> dict[str, Any]:
    """The published solutions it has a part in, each once, with its roles."""
    links = (
        SolutionOrganisation.objects.filter(organisation=organisation, solution__in=Solution.objects.published())
        .select_related("solution")
        .order_by("solution__title", "solution__pk", "role")
    )
    shown: dict[int, dict[str, Any]] = {}
    for link in links:
        row = shown.setdefault(link.solution_id, {"solution": link.solution, "roles": []})
        row["roles"].append(link.get_role_display())
    return {"rows": list(shown.values())}


@register.inclusion_tag("catalogue/_transfers_of.html")
def transfers_of(organisation: Organisation) -> dict[str, Any]:
    """What it uses or takes over, who took over from it, and where it helps to roll out; public transfers only."""
    public = Transfer.objects.public().select_related("solution", "region", "from_transfer__region")
    rows = public.order_by(STAGE_ORDER, "solution__title", "region__sort_key", "pk")
    now = timezone.now()
    return {
        "uses": with_due(rows.filter(organisation=organisation), now),
        "taught": with_due(rows.filter(from_transfer__organisation=organisation), now),
        "rolls_out": with_due(rows.filter(scaling_partner=organisation).exclude(organisation=organisation), now),
    }
