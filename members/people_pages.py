"""People of an organisation: who acts for it, who is invited, and the page of an invitation."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.actions import (
    CannotInvite,
    accept_invitation,
    change_role,
    end_access,
    find_open,
    invite_person,
    is_taken,
    register_by_invitation,
    revoke_invitation,
)
from members.forms import InviteForm, RegisterForm, RoleForm
from members.limits import account_of, limited
from members.models import Invitation, OrganisationUser
from members.own_organisation import own_organisation, people_of

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(READ_AND_WRITE)
@limited("invite", per_hour=60, by=account_of)
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows people and open invitations, POST invites."""
    organisation = own_organisation(request, slug, "members.invite_people")
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            invited = invite_person(organisation=organisation, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("email", refusal.messages)
        else:
            messages.success(request, f"Die Einladung an {invited.email} ist unterwegs. Sie gilt sieben Tage.")
            return redirect("people", organisation.slug)
    context = {
        "organisation": organisation,
        "form": form,
        "people": people_of(organisation),
        "invitations": organisation.invitations.open_at(timezone.now()),
    }
    return render(request, "members/people.html", context)


@never_cache
@login_required
@require_http_methods(READ_AND_WRITE)
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another role, or no access any more."""
    organisation = own_organisation(request, slug, "members.invite_people")
    access = get_object_or_404(people_of(organisation), pk=pk)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": access.role})
    if form.is_bound and ("ende" in request.POST or form.is_valid()):
        try:
            return _changed(request, access, form)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    return render(request, "members/person.html", {"organisation": organisation, "access": access, "form": form})


def _changed(request: HttpRequest, access: OrganisationUser, form: RoleForm) -> HttpResponse:
    name = str(access.user)
    if "ende" in request.POST:
        end_access(access=access, by=request.user)
        messages.success(request, f"{name} handelt nicht mehr für {access.organisation}.")
    else:
        changed = change_role(access=access, by=request.user, **form.cleaned_data)
        messages.success(request, f"{name} {changed.get_role_display()} jetzt.")
    is_owner_still = request.user.pk != access.user_id or form.data.get("role") == OrganisationUser.Role.OWNER
    return redirect("people", access.organisation.slug) if is_owner_still else redirect("account_home")


@never_cache
@login_required
@require_http_methods(READ_AND_WRITE)
def invitation_of_organisation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an invitation back."""
    organisation = own_organisation(request, slug, "members.invite_people")
    invited = get_object_or_404(organisation.invitations.unanswered(), pk=pk)
    if request.method == "POST":
        revoke_invitation(invitation=invited, by=request.user)
        messages.success(request, f"Die Einladung an {invited.email} gilt nicht mehr.")
        return redirect("people", organisation.slug)
    return render(request, "members/invitation_revoke.html", {"organisation": organisation, "invitation": invited})


@never_cache
@require_http_methods(READ_AND_WRITE)
@limited("invitation", per_hour=60)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a link in a mail opens. GET shows, POST accepts: with the own account, or with a new one."""
    found = find_open(token)
    if found is None:
        return render(request, "members/invitation_over.html", status=404)
    is_known = is_taken(found.email)
    form = None
    if not request.user.is_authenticated and not is_known:
        form = RegisterForm(request.POST if request.method == "POST" else None, email=found.email)
    if request.method == "POST":
        try:
            answer = _accepted(request, token, form)
        except CannotInvite as refusal:
            messages.error(request, refusal.messages[0])
            return redirect(request.path)
        if answer:
            return answer
    context = {"invitation": found, "form": form, "is_known": is_known, "is_own": _is_own(request, found)}
    return render(request, "members/invitation.html", context)


def _accepted(request: HttpRequest, token: str, form: RegisterForm | None) -> HttpResponse | None:
    if request.user.is_authenticated:
        access = accept_invitation(token=token, by=request.user)
        messages.success(request, f"Sie handeln jetzt für {access.organisation}.")
        return redirect("account_home")
    if form is None or not form.is_valid():
        return None
    data = form.cleaned_data
    user = register_by_invitation(token=token, name=data["name"], password=data["password1"])
    return perform_login(request, user)


def _is_own(request: HttpRequest, found: Invitation) -> bool:
    """Whether the person who is logged in has the address that was invited."""
    if not request.user.is_authenticated:
        return False
    return request.user.emailaddress_set.filter(email__iexact=found.email, verified=True).exists()
