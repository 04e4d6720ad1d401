from django.db import models
from django.db.models.functions import Now

from members.models.dispatch import Dispatch


class OutgoingMail(Dispatch):
    """A mail to one known person (confirmation, receipt, invitation, reset), written in its verb's transaction.

    Personal data: gone after the retention period (see the privacy page), sent or given up.
    """

    to = models.EmailField("Empfänger")
    subject = models.CharField("Betreff", max_length=300)
    text = models.TextField("Text")
    html = models.TextField("HTML", blank=True)
    headers = models.JSONField("Kopfzeilen", default=dict, blank=True)
    purpose = models.CharField("Zweck", max_length=60, blank=True)
    created_at = models.DateTimeField("angelegt", db_default=Now())

    class Meta(Dispatch.Meta):
        verbose_name = "Mail an eine Person"
        verbose_name_plural = "Mails an eine Person"

    def __str__(self) -> str:
        return f"{self.subject} ({self.purpose})"
