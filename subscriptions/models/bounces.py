"""Mails that came back."""

from django.db import models
from django.db.models.functions import Now

from subscriptions.models.subscribers import Subscriber


class Bounce(models.Model):
    """A mail to a subscriber that came back (RFC 3464)."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="bounces", verbose_name="Empfänger")
    at = models.DateTimeField("gemeldet", db_default=Now())
    is_permanent = models.BooleanField("endgültig")
    status = models.CharField("Code", max_length=12)  # RFC 3463: 5.1.1
    diagnostic = models.CharField("Meldung des Servers", max_length=500, blank=True)

    class Meta:
        verbose_name = "Rückläufer"
        verbose_name_plural = "Rückläufer"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.status} {self.diagnostic}".strip()
