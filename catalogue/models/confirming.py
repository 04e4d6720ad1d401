"""Whom we ask once a year whether a transfer is still true, and what they answered."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower, Now

from catalogue.models.transfers import Transfer


class TransferContact(models.Model):
    """The address for questions about a transfer, never public; gone with the person's wish or the transfer's end."""

    transfer = models.OneToOneField(Transfer, models.CASCADE, related_name="contact", verbose_name="Transfer")
    email = models.EmailField("Adresse für Rückfragen")  # lower case, trimmed
    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    epoch = models.PositiveIntegerField("Linkausgabe", default=0)  # a new one revokes the links
    created_at = models.DateTimeField("angelegt", db_default=Now())

    class Meta:
        verbose_name = "Adresse für Rückfragen"
        verbose_name_plural = "Adressen für Rückfragen"
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="transfercontact_lower")]

    def __str__(self) -> str:
        return self.email


class ConfirmationRequestQuerySet(models.QuerySet):
    def denied(self):
        """They say it is over, and nobody has moved the transfer since: work for the campus team."""
        later = models.Q(transfer__moves__at__gt=models.F("answered_at"))
        moved = ConfirmationRequest.objects.filter(later, pk=models.OuterRef("pk"))
        denied = self.filter(answer=ConfirmationRequest.Answer.NO_LONGER, transfer__in=Transfer.objects.open())
        return denied.exclude(models.Exists(moved))


class ConfirmationRequest(models.Model):
    """We asked once whether a transfer is still true (Rückfrage): once for each confirmation that grew old."""

    class Answer(models.TextChoices):
        STILL = "still", "stimmt noch"
        NO_LONGER = "no_longer", "stimmt nicht mehr"

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="confirmation_requests")
    confirmed_at = models.DateTimeField("letzte Bestätigung davor")
    asked_at = models.DateTimeField("gefragt", db_default=Now())
    answer = models.CharField("Antwort", max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField("beantwortet", null=True, blank=True)
    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    epoch = models.PositiveIntegerField("Linkausgabe", default=0)  # a new one revokes the links

    objects = ConfirmationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "Rückfrage"
        verbose_name_plural = "Rückfragen"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "confirmed_at"], name="confirmationrequest_once"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="confirmationrequest_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Stimmt noch? {self.transfer}"
