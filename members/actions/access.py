"""Who acts for an organisation, and which role an identity provider gives."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from members.clock import database_now
from members.models import Invitation, Organisation, OrganisationUser, User

Role = OrganisationUser.Role
ORDER: list[str] = [Role.VIEWER, Role.EDITOR, Role.OWNER]
LAST_OWNER = "Mindestens eine Person muss die Organisation verantworten. Bitte benennen Sie zuerst eine andere."


@transaction.atomic
def change_role(*, access: OrganisationUser, role: str, by: User) -> OrganisationUser:
    """Raises PermissionDenied, or ValidationError for an unknown role and for the last owner."""
    _may(by, access.organisation)
    if role not in Role.values:
        raise ValidationError("Bitte wählen Sie eine Rolle.")
    if role != Role.OWNER:
        _not_the_last_owner(access)
    return set_role(organisation=access.organisation, user=access.user, role=role)


@transaction.atomic
def end_access(*, access: OrganisationUser, by: User) -> None:
    """The person no longer acts for the organisation; the account stays. Raises ValidationError for the last owner."""
    _may(by, access.organisation)
    _not_the_last_owner(access)
    OrganisationUser.objects.filter(pk=access.pk).delete()


@transaction.atomic
def accept_waiting(*, by: User) -> list[OrganisationUser]:
    """Every open invitation to the proven addresses of somebody who just came through an identity provider."""
    own = EmailAddress.objects.filter(user=by, verified=True).values_list("email", flat=True)
    waiting = Invitation.objects.select_for_update(of=("self",)).open_at(database_now())
    waiting = list(waiting.filter(email__in=[address.lower() for address in own]).select_related("organisation"))
    Invitation.objects.filter(pk__in=[one.pk for one in waiting]).update(accepted_at=database_now(), accepted_by=by)
    return [set_role(organisation=one.organisation, user=by, role=one.role, only_raise=True) for one in waiting]


@transaction.atomic
def take_roles(*, user: User, named: Iterable[str], governed: Iterable[str]) -> User:
    """Give what an identity provider names and take what it no longer names; what it does not govern stays.

    „Redaktion“ is a role of the campus team, „stadt-koblenz:editor“ one in an organisation.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    named, governed = set(named), set(governed)
    _take_staff_roles(user, named & set(User.ROLES), governed & set(User.ROLES))
    _take_organisation_roles(user, named, {one.partition(":")[0] for one in governed if ":" in one})
    return user


@transaction.atomic
def prove_address(*, user: User, email: str) -> EmailAddress:
    """The mailbox was shown to be this person's, by a link in it or by an identity provider."""
    first = not EmailAddress.objects.filter(user=user, primary=True).exists()
    row, _ = EmailAddress.objects.get_or_create(user=user, email=email.lower(), defaults={"primary": first})
    EmailAddress.objects.filter(pk=row.pk).update(verified=True)
    return row


@transaction.atomic
def set_role(*, organisation: Organisation, user: User, role: str, only_raise: bool = False) -> OrganisationUser:
    """One row a person and organisation; an invitation never lowers what somebody already is."""
    access, is_new = OrganisationUser.objects.select_for_update().get_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    lowers = ORDER.index(role) < ORDER.index(access.role)
    if not is_new and access.role != role and not (only_raise and lowers):
        access.role = role
        access.save(update_fields=["role"])
    return access


def _take_staff_roles(user: User, named: set[str], governed: set[str]) -> None:
    if not governed:
        return
    user.groups.remove(*Group.objects.filter(name__in=governed - named))
    user.groups.add(*Group.objects.filter(name__in=named))
    user.is_staff = user.is_superuser or user.groups.filter(name__in=User.ROLES).exists()
    user.save(update_fields=["is_staff"])


def _take_organisation_roles(user: User, named: set[str], slugs: set[str]) -> None:
    for organisation in Organisation.objects.filter(slug__in=slugs):
        roles = [role for role in ORDER if f"{organisation.slug}:{role}" in named]
        if roles:
            set_role(organisation=organisation, user=user, role=roles[-1])
        else:
            OrganisationUser.objects.filter(organisation=organisation, user=user).delete()


def _may(by: User, organisation: Organisation) -> None:
    if not by.has_perm("members.invite_people", organisation):
        raise PermissionDenied


def _not_the_last_owner(access: OrganisationUser) -> None:
    """The organisation is locked, so that two owners who remove each other do not both succeed."""
    Organisation.objects.select_for_update().get(pk=access.organisation_id)
    others = OrganisationUser.objects.filter(
        organisation=access.organisation_id, role=Role.OWNER, user__is_active=True
    ).exclude(pk=access.pk)
    held = OrganisationUser.objects.filter(pk=access.pk, role=Role.OWNER).exists()
    if held and not others.exists():
        raise ValidationError(LAST_OWNER)
