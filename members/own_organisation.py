"""What pages under /konto/ begin with: the organisation of this person, or no such page."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from members.models import Organisation, OrganisationUser


def own_organisation(request: HttpRequest, slug: str, permission: str) -> Organisation:
    """With this right there; a stranger does not even learn that there is such a page."""
    organisation = get_object_or_404(Organisation.objects.select_related("region"), slug=slug)
    if not request.user.has_perm("members.view_own_organisation", organisation):
        raise Http404("Diese Seite gibt es nicht.")
    if not request.user.has_perm(permission, organisation):
        raise PermissionDenied("Dafür fehlt Ihnen die Rolle.")
    return organisation


def people_of(organisation: Organisation) -> QuerySet[OrganisationUser]:
    rows = organisation.people.filter(user__is_active=True)
    return rows.select_related("user").order_by("user__name", "user__email")
