"""The pages under /konto/ that are composed of several rooms: one's account, and what an organisation has here."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.own_work import entries_of, reports_of, uses_to_confirm
from members.models import OrganisationUser
from members.own_organisation import own_organisation, people_of
from members.second_factor import has_factor, is_factor_missing

REPORTS = 20  # the latest ones are shown


@never_cache
@login_required
@require_safe
def account_home(request: HttpRequest) -> HttpResponse:
    """Where everything begins; one of a single organisation still sees the account, and the way there first."""
    access = OrganisationUser.objects.filter(user=request.user).select_related("organisation")
    context = {
        "access": access.order_by("organisation__name", "pk"),
        "has_factor": has_factor(request.user),
        "factor_missing": request.user.is_staff and is_factor_missing(request),
    }
    return render(request, "govtech_portal/account.html", context)


@never_cache
@login_required
@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Solutions with what is missing, uses to confirm, answers to explorations, people."""
    own = own_organisation(request, slug, "members.view_own_organisation")
    now = timezone.now()
    context = {
        "organisation": own,
        "entries": entries_of(own),
        "uses": list(uses_to_confirm(own, now)),
        "reports": list(reports_of(own)[:REPORTS]),
        "people": list(people_of(own)),
        "may_act": request.user.has_perm("members.act_for_organisation", own),
        "may_invite": request.user.has_perm("members.invite_people", own),
        "invitations": own.invitations.open_at(now).count(),
    }
    return render(request, "govtech_portal/account_organisation.html", context)
