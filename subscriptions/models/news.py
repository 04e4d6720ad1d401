"""The facts that were announced."""

from django.db import models
from django.db.models.functions import Now

from catalogue.models import Solution
from members.models import Region
from procurement.models import MarketExploration, Tender


class Announcement(models.Model):
    """A fact that was announced, once for ever: unique per kind and fact."""

    kind = models.CharField("Neuigkeit", max_length=30)  # subscriptions.news.NewsKind
    fact_key = models.CharField("Tatsache", max_length=120)
    occurred_at = models.DateTimeField("geschehen")
    announced_at = models.DateTimeField("bekannt gegeben", db_default=Now())
    solution = models.ForeignKey(Solution, models.PROTECT, null=True, related_name="announcements")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="announcements")
    exploration = models.ForeignKey(MarketExploration, models.PROTECT, null=True, related_name="announcements")
    tender = models.ForeignKey(Tender, models.PROTECT, null=True, related_name="announcements")

    class Meta:
        verbose_name = "Bekanntgabe"
        verbose_name_plural = "Bekanntgaben"
        ordering = ["-occurred_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "fact_key"], name="announcement_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"

    @property
    def subject(self) -> Solution | MarketExploration | Tender | None:
        """What it is about."""
        return self.solution or self.exploration or self.tender
