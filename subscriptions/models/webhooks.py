"""Webhooks: where a subscriber's news goes besides the mailbox, and each call that was made."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from members.models import Dispatch
from subscriptions.models.news import Announcement
from subscriptions.models.subscribers import Subscriber


class WebhookEndpointQuerySet(models.QuerySet):
    def active(self):
        return self.filter(paused_at=None)


class WebhookEndpoint(models.Model):
    """An address that gets, signed, what its subscriber's subscriptions ask for (Standard Webhooks)."""

    class Pause(models.TextChoices):
        WISHED = "wished", "selbst pausiert"
        FAILING = "failing", "lange nicht erreichbar"
        GONE = "gone", "vom Empfänger abbestellt"

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="webhooks", verbose_name="gehört")
    public_id = models.UUIDField("Kennung", default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    url = models.CharField("Adresse", max_length=500)
    secret = models.CharField("Geheimnis", max_length=80, editable=False)  # whsec_...; kept, because it has to sign
    created_at = models.DateTimeField("angelegt", db_default=Now())
    failing_since = models.DateTimeField("scheitert seit", null=True, blank=True)
    paused_at = models.DateTimeField("pausiert", null=True, blank=True)
    paused_because = models.CharField("Grund der Pause", max_length=10, choices=Pause, blank=True, db_default="")

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = "Webhook"
        verbose_name_plural = "Webhooks"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "url"], name="webhookendpoint_once"),
            models.CheckConstraint(
                condition=models.Q(paused_at=None, paused_because="")
                | (models.Q(paused_at__isnull=False) & ~models.Q(paused_because="")),
                name="webhookendpoint_paused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(secret__startswith="whsec_"),  # noqa: S106  # the prefix of all
                name="webhookendpoint_has_a_secret",
            ),
        ]

    def __str__(self) -> str:
        return f"Webhook {self.public_id}"


class WebhookDelivery(Dispatch):
    """One fact for one endpoint, or a test. Its `key` is the webhook-id: the same at every attempt."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name="Webhook")
    announcement = models.ForeignKey(
        Announcement, models.CASCADE, null=True, related_name="webhook_deliveries", verbose_name="Neuigkeit"
    )  # None: a test
    created_at = models.DateTimeField("angelegt", db_default=Now())
    status = models.PositiveSmallIntegerField("Antwort", null=True, blank=True)  # HTTP, of the last attempt
    milliseconds = models.PositiveIntegerField("Dauer in ms", null=True, blank=True)

    class Meta(Dispatch.Meta):
        verbose_name = "Aufruf eines Webhooks"
        verbose_name_plural = "Aufrufe von Webhooks"
        ordering = ["-pk"]
        constraints = [
            *Dispatch.Meta.constraints,
            models.UniqueConstraint(fields=["endpoint", "announcement"], name="webhookdelivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement or 'Test'} an {self.endpoint}"
