"""Who of the campus team may do what in the admin: one table, deny by default."""

from django.contrib.auth.backends import ModelBackend

from members.models import User

_READ_ALL = {
    f"{room}.view_{model}"
    for room, models in {
        "members": ("region", "organisation", "membership", "campussite"),
        "catalogue": (
            "fieldofaction", "solution", "solutionorganisation", "solutioncontact", "solutionsource",
            "reportedcoverage", "solutionrevision", "reusepath", "transfer", "transfermove", "arrival",
            "confirmationrequest", "synonym",
        ),
        "procurement": ("marketexploration", "clarification", "tender"),
        "subscriptions": ("announcement",),
    }.items()
    for model in models
}  # fmt: skip
# Addresses of people: who is told what, and whether it arrived
_DELIVERY = {
    f"subscriptions.view_{m}"
    for m in (
        "subscriber",
        "subscription",
        "notification",
        "digest",
        "webhookendpoint",
        "webhookdelivery",
        "bounce",
    )
} | {
    "members.view_outgoingmail",
    "members.view_deliverydecision",
    "members.view_deliverygate",
    "catalogue.view_usereport",
    "catalogue.view_practicereport",
    "catalogue.view_transfercontact",
    "catalogue.view_publiccodefile",
}
_CURATE = {
    "members.add_organisation", "members.change_organisation", "members.add_membership",
    "members.change_membership", "members.invite_people", "members.change_campussite", "members.add_campussite",
    "catalogue.change_fieldofaction", "catalogue.add_solution", "catalogue.change_solution",
    "catalogue.add_solutionrevision", "catalogue.change_solutionrevision",
    "catalogue.add_transfer", "catalogue.change_transfer", "catalogue.change_usereport",
    "catalogue.change_practicereport",
    "catalogue.add_synonym", "catalogue.change_synonym", "catalogue.delete_synonym",
    "members.retry_outgoingmail", "members.change_deliverygate", "subscriptions.retry_notification",
}  # fmt: skip

ROLE_PERMISSIONS: dict[str, set[str]] = {
    User.REDAKTION: _READ_ALL | _DELIVERY | _CURATE,
    User.FREIGABE: _READ_ALL | _DELIVERY | _CURATE | {"catalogue.release_solutionrevision"},
    User.VERGABE: _READ_ALL
    | {
        f"procurement.{verb}_{model}"
        for verb in ("add", "change")
        for model in ("marketexploration", "clarification", "tender")
    },
    User.LEITUNG: _READ_ALL | _DELIVERY,
}


class RoleBackend(ModelBackend):
    """Permissions come from the table above by the names of a person's groups; rows of permissions are not used."""

    def authenticate(self, request, **credentials):
        return None  # logging in is allauth's work

    def _permissions(self, user: User) -> set[str]:
        if not user.is_active or user.is_anonymous or not user.is_staff:
            return set()
        if not hasattr(user, "_role_permissions"):
            names = user.groups.values_list("name", flat=True)
            user._role_permissions = set().union(*(ROLE_PERMISSIONS.get(name, set()) for name in names))
        return user._role_permissions

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        return perm in self._permissions(user_obj)

    def has_module_perms(self, user_obj, app_label) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self._permissions(user_obj))

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        return self._permissions(user_obj)
