"""Whether anything is sent at all, and what people decided about it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class DeliveryGate(models.Model):
    """One row: where this database stood when delivery was last allowed, and since when it is held.

    A database that was restored stands elsewhere (another cluster, timeline or number), and its queue is of
    yesterday: sending it would repeat what went out since. So delivery stops until a person releases it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    place = models.CharField("Ort der Datenbank", max_length=80)
    held_at = models.DateTimeField("angehalten", null=True, blank=True)
    reason = models.CharField("Grund", max_length=300, blank=True)

    class Meta:
        verbose_name = "Zustellung"
        verbose_name_plural = "Zustellung"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="deliverygate_one_row"),
            models.CheckConstraint(
                condition=models.Q(held_at=None, reason="") | (models.Q(held_at__isnull=False) & ~models.Q(reason="")),
                name="deliverygate_held_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"angehalten: {self.reason}" if self.held_at else "läuft"


class DeliveryDecision(models.Model):
    """Who held, released, repeated or dropped mails, and when. Append-only."""

    class What(models.TextChoices):
        HOLD = "hold", "Zustellung angehalten"
        RELEASE = "release", "Zustellung freigegeben"
        RETRY = "retry", "erneut eingereiht"
        SUPPRESS = "suppress", "verworfen"
        RESUME = "resume", "Adresse wieder beliefert"

    what = models.CharField("Entscheidung", max_length=12, choices=What)
    at = models.DateTimeField("wann", db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="wer"
    )  # None: noticed by the portal itself, or typed on the server
    count = models.PositiveIntegerField("Mails", default=0)
    note = models.CharField("Anmerkung", max_length=300, blank=True)

    class Meta:
        verbose_name = "Entscheidung zur Zustellung"
        verbose_name_plural = "Entscheidungen zur Zustellung"
        ordering = ["-pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.count} Mails" if self.count else self.get_what_display()
