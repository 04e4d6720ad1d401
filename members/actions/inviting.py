"""Inviting somebody to act for an organisation: a mail, a link that proves the mailbox, an account if there is none."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from members.actions.access import prove_address, set_role
from members.actions.accounts import INVITATION
from members.addresses import plain_address
from members.clock import database_now
from members.models import Invitation, Organisation, OrganisationUser, OutgoingMail, User
from members.models.invitations import hash_of, new_token

MOST_A_DAY = 30  # invitations of one organisation: nobody fills strangers' mailboxes through us


class CannotInvite(ValidationError):
    """The invitation cannot be made or accepted; the text says why and what to do."""


@transaction.atomic
def invite_person(*, organisation: Organisation, email: str, role: str, by: User) -> Invitation:
    """Invite, or invite again: an open invitation to the same address ends. The answer is the same whether the
    address has an account or not. Raises PermissionDenied, ValidationError (address, role) or CannotInvite.
    """
    _may_invite(by, organisation)
    address = plain_address(email)
    if role not in OrganisationUser.Role.values:
        raise CannotInvite("Bitte wählen Sie eine Rolle.")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    _within_the_day(organisation)
    if organisation.people.filter(user__email=address).exists():
        raise CannotInvite("Diese Person handelt schon für Ihre Organisation.")
    now, token = database_now(), new_token()
    organisation.invitations.unanswered().filter(email=address).update(revoked_at=now)
    invitation = Invitation.objects.create(
        organisation=organisation, email=address, role=role, token_hash=hash_of(token), invited_by=by,
        created_at=now, expires_at=now + Invitation.LIFETIME,
    )  # fmt: skip
    _write(invitation, token)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Its link ends. Answered ones stay as they are."""
    _may_invite(by, invitation.organisation)
    Invitation.objects.unanswered().filter(pk=invitation.pk).update(revoked_at=database_now())
    invitation.refresh_from_db()
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, by: User) -> OrganisationUser:
    """Let the invited person act. Raises CannotInvite when the link has ended or was meant for another address."""
    invitation = _locked(token)
    own = EmailAddress.objects.filter(user=by, email__iexact=invitation.email, verified=True)
    if not own.exists():
        raise CannotInvite(f"Die Einladung gilt für {invitation.email}. Bitte melden Sie sich mit dieser Adresse an.")
    return _accepted(invitation, by)


@transaction.atomic
def register_by_invitation(*, token: str, name: str, password: str) -> User:
    """Make the account of the invited person; the link has proven its address. Raises CannotInvite or, for a weak
    password, ValidationError.
    """
    invitation = _locked(token)
    if is_taken(invitation.email):
        raise CannotInvite("Zu dieser Adresse gibt es schon ein Konto. Bitte melden Sie sich an.")
    person = User(email=invitation.email, name=name.strip())
    validate_password(password, person)
    user = User.objects.create_user(invitation.email, password, name=name.strip()[:150])
    prove_address(user=user, email=invitation.email)
    _accepted(invitation, user)
    return user


def is_taken(address: str) -> bool:
    """Whether somebody has an account with it, be it as a second address that was proven."""
    proven = EmailAddress.objects.filter(email__iexact=address, verified=True)
    return User.objects.filter(email__iexact=address).exists() or proven.exists()


def find_open(token: str) -> Invitation | None:
    """The invitation of a link while it can be accepted."""
    rows = Invitation.objects.open_at(database_now()).select_related("organisation", "invited_by")
    return rows.filter(token_hash=hash_of(token)).first()


def _locked(token: str) -> Invitation:
    found = find_open(token)
    invitation = Invitation.objects.select_for_update().unanswered().filter(pk=found.pk).first() if found else None
    if invitation is None:
        raise CannotInvite("Diese Einladung gilt nicht mehr. Bitte lassen Sie sich noch einmal einladen.")
    return invitation


def _accepted(invitation: Invitation, by: User) -> OrganisationUser:
    invitation.accepted_at, invitation.accepted_by = database_now(), by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return set_role(organisation=invitation.organisation, user=by, role=invitation.role, only_raise=True)


def _may_invite(by: User, organisation: Organisation) -> None:
    if not by.has_perm("members.invite_people", organisation):
        raise PermissionDenied


def _within_the_day(organisation: Organisation) -> None:
    since = database_now() - timedelta(days=1)
    if organisation.invitations.filter(created_at__gt=since).count() >= MOST_A_DAY:
        raise CannotInvite(f"Mehr als {MOST_A_DAY} Einladungen am Tag gehen nicht. Bitte versuchen Sie es morgen.")


def _write(invitation: Invitation, token: str) -> OutgoingMail:
    """The name of the organisation is the campus team's, the address of who invites is proven: nothing free."""
    url = settings.SITE_URL + reverse("invitation", args=[token])
    words = {"invitation": invitation, "url": url}
    return OutgoingMail.objects.create(
        to=invitation.email,
        subject=f"Einladung: {invitation.organisation.short[:80]} im GovTech-Lösungskatalog",
        text=render_to_string("members/email/invitation.txt", words),
        purpose=INVITATION,
    )
