"""Who wants to hear: an address that confirmed."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower, Now


class SubscriberQuerySet(models.QuerySet):
    def confirmed(self):
        return self.exclude(confirmed_at=None).filter(paused_at=None)


class Subscriber(models.Model):
    """An e-mail address that confirmed (double opt-in, with proof). No account, no password.

    Purpose: to send what was asked for. Unconfirmed ones are gone after 7 days, the others when they leave.
    """

    class Pause(models.TextChoices):
        WISHED = "wished", "selbst pausiert"
        UNDELIVERABLE = "undeliverable", "Mails kamen zurück"

    email = models.EmailField("E-Mail-Adresse", unique=True)  # lower case, trimmed
    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    epoch = models.PositiveIntegerField("Linkausgabe", default=0)  # a new one revokes manage and confirm links
    organisation = models.CharField("Organisation", max_length=200, blank=True)
    created_at = models.DateTimeField("angemeldet", db_default=Now())
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)
    paused_at = models.DateTimeField("pausiert", null=True, blank=True)
    paused_because = models.CharField("Grund der Pause", max_length=15, choices=Pause, blank=True, db_default="")
    consent_wording = models.CharField("Wortlaut der Einwilligung", max_length=40, blank=True)  # version
    consent_page = models.CharField("Seite der Anmeldung", max_length=300, blank=True)
    confirmation_sent_at = models.DateTimeField("Bestätigungsmail angelegt", null=True, blank=True)
    new_email = models.EmailField("gewünschte neue Adresse", blank=True, db_default="")  # not confirmed yet
    new_email_asked_at = models.DateTimeField("neue Adresse gewünscht", null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = "Abonnentin oder Abonnent"
        verbose_name_plural = "Abonnentinnen und Abonnenten"
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="subscriber_email_lower"),
            models.CheckConstraint(
                condition=models.Q(new_email="", new_email_asked_at=None)
                | (~models.Q(new_email="") & models.Q(new_email_asked_at__isnull=False)),
                name="subscriber_new_email_has_a_date",
            ),
            models.CheckConstraint(
                condition=models.Q(paused_because="") | models.Q(paused_at__isnull=False),
                name="subscriber_reason_of_a_pause",
            ),
        ]

    def __str__(self) -> str:
        return self.email
