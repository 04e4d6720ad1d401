"""The verbs of the members' room."""

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower, Now

from members.models import Dispatch, OrganisationUser, OutgoingMail, User

CLOSED = "Ehemaliges Konto"
ACCOUNT = "account"  # purpose of the mails that Django and allauth write


@transaction.atomic
def retry_mails(*, mails: "QuerySet[Dispatch]", by: User) -> int:
    """Queue again what was given up, as if it were new; returns how many. Nothing sent is sent again."""
    return mails.filter(sent_at=None).exclude(failed_at=None).update(
        failed_at=None, due_at=Now(), attempts=0, sender=None
    )  # fmt: skip


@transaction.atomic
def close_account(*, user: User, by: User) -> User:
    """End an account and forget the person. Its number stays, so that the four eyes of what it wrote stay provable.

    Sessions end at once: they do not survive a change of the password. Raises ValidationError for one's own account,
    or the last person who may give access could shut everybody out.
    """
    if user.pk == by.pk:
        raise ValidationError("Ihr eigenes Konto schließt eine andere Person.")
    User.objects.select_for_update().get(pk=user.pk)
    _forget_addresses(user)
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
    OutgoingMail.objects.annotate(address=Lower("to")).filter(address__in=addresses, purpose=ACCOUNT).delete()
    further.delete()
