"""The verbs of the members' room."""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from members.models import Dispatch, User


@transaction.atomic
def retry_mails(*, mails: "QuerySet[Dispatch]", by: User) -> int:
    """Queue again what was given up, as if it were new; returns how many. Nothing sent is sent again."""
    return mails.filter(sent_at=None).exclude(failed_at=None).update(
        failed_at=None, due_at=Now(), attempts=0, sender=None
    )  # fmt: skip
