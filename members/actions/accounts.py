"""Ending accounts and sessions."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower

from members.models import Invitation, OrganisationUser, OutgoingMail, User

CLOSED = "Ehemaliges Konto"
ACCOUNT = "account"  # purpose of the mails that Django and allauth write
INVITATION = "invitation"  # of those that invite


@transaction.atomic
def close_account(*, user: User, by: User) -> User:
    """End an account and forget the person. Its number stays, so that the four eyes of what it wrote stay provable.

    Sessions end at once, as do invitations and second factors. Raises ValidationError for one's own account,
    or the last person who may give access could shut everybody out.
    """
    if user.pk == by.pk:
        raise ValidationError("Ihr eigenes Konto schließt eine andere Person.")
    User.objects.select_for_update().get(pk=user.pk)
    _forget_addresses(user)
    _forget_keys(user)
    end_sessions(user=user)
    OrganisationUser.objects.filter(user=user).delete()
    log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    log.update(object_repr=CLOSED)
    user.groups.clear()
    user.user_permissions.clear()
    user.email, user.name, user.last_login = f"konto-{user.pk}@geschlossen.invalid", CLOSED, None
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    return user


def _forget_addresses(user: User) -> None:
    """Further addresses, and every mail written to one of them, sent or waiting."""
    further = EmailAddress.objects.filter(user=user)
    addresses = {user.email.lower(), *(row.email.lower() for row in further)}
    mails = OutgoingMail.objects.annotate(address=Lower("to"))
    mails.filter(address__in=addresses, purpose__in=(ACCOUNT, INVITATION)).delete()
    Invitation.objects.filter(email__in=addresses).delete()
    further.delete()


def _forget_keys(user: User) -> None:
    """Second factors, and the account at an identity provider."""
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()


@transaction.atomic
def end_sessions(*, user: User, keep: str = "", only: Iterable[int] | None = None) -> int:
    """Log a person out everywhere but in the session `keep`, or only in these rows; returns how many ended."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.filter(session_key__in=keys).delete()[0]
