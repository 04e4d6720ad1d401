"""The verbs of the members' room."""

from members.actions.access import accept_waiting, change_role, end_access, prove_address, take_roles
from members.actions.accounts import CLOSED, close_account, end_sessions
from members.actions.delivery import hold_delivery, release_delivery, retry_mails, suppress_mails
from members.actions.inviting import (
    CannotInvite,
    accept_invitation,
    find_open,
    invite_person,
    is_taken,
    register_by_invitation,
    revoke_invitation,
)

__all__ = [
    "CLOSED",
    "CannotInvite",
    "accept_invitation",
    "accept_waiting",
    "change_role",
    "close_account",
    "end_access",
    "end_sessions",
    "find_open",
    "hold_delivery",
    "invite_person",
    "is_taken",
    "prove_address",
    "register_by_invitation",
    "release_delivery",
    "retry_mails",
    "revoke_invitation",
    "suppress_mails",
    "take_roles",
]
