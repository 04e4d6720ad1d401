"""Who may do what for an organisation, by the role that the person has there; deny by default.

Pages, admin, API and templates ask `user.has_perm("members.invite_people", organisation)` and nothing else. What the
campus team may do is another table: govtech_portal/roles.py.
"""

import rules

from members.models import Organisation, OrganisationUser, User

Role = OrganisationUser.Role


def role_in(user: User, organisation: Organisation | None) -> str:
    """Read once a person and request; nothing for strangers and for who is disabled."""
    if organisation is None or not user.is_authenticated or not user.is_active:
        return ""
    if not hasattr(user, "_organisation_roles"):
        user._organisation_roles = dict(  # type: ignore[attr-defined]
            OrganisationUser.objects.filter(user=user).values_list("organisation_id", "role")
        )
    return user._organisation_roles.get(organisation.pk, "")  # type: ignore[attr-defined]


@rules.predicate
def is_of(user: User, organisation: Organisation | None) -> bool:
    """Whatever the role."""
    return bool(role_in(user, organisation))


@rules.predicate
def is_editor_of(user: User, organisation: Organisation | None) -> bool:
    return role_in(user, organisation) in (Role.EDITOR, Role.OWNER)


@rules.predicate
def is_owner_of(user: User, organisation: Organisation | None) -> bool:
    return role_in(user, organisation) == Role.OWNER


rules.add_perm("members.view_own_organisation", is_of)
rules.add_perm("members.act_for_organisation", is_editor_of)
rules.add_perm("members.invite_people", is_owner_of)
