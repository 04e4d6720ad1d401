"""A row that stands for one mail to be sent: the shape that the claim-and-send loop in members/mail.py needs."""

from datetime import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now


class DispatchQuerySet(models.QuerySet):
    def open(self):
        """Neither accepted by the mail server nor given up."""
        return self.filter(sent_at=None, failed_at=None)

    def due(self, now: datetime):
        return self.open().filter(due_at__lte=now)

    def failed(self):
        return self.exclude(failed_at=None)


class Dispatch(models.Model):
    """One mail. `key` makes its Message-ID, so a copy sent after a crash is recognisable as the same mail."""

    key = models.UUIDField("Schlüssel", db_default=RandomUUID(), editable=False)
    due_at = models.DateTimeField("fällig ab", db_default=Now())
    attempts = models.PositiveSmallIntegerField("Versuche", db_default=0)
    sender = models.IntegerField("Zusteller", null=True, editable=False)
    sent_at = models.DateTimeField("zugestellt", null=True, blank=True)
    failed_at = models.DateTimeField("aufgegeben", null=True, blank=True)
    last_error = models.TextField("letzter Fehler", blank=True, db_default="")

    objects = DispatchQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(failed_at=None),
                name="%(app_label)s_%(class)s_one_end",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="%(class)s_open",
            )
        ]
