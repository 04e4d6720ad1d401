from django.db import models
from django.db.models.functions import Now

from catalogue.models.solutions import Solution
from members.models import Organisation, User


class SolutionProposal(models.Model):
    """On whose behalf a solution was proposed (Vorschlag): its people see it and improve it until it is released."""

    solution = models.OneToOneField(Solution, models.CASCADE, related_name="proposal", verbose_name="Lösung")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="proposals", verbose_name="Organisation"
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="vorgeschlagen von")
    proposed_at = models.DateTimeField("vorgeschlagen", db_default=Now())

    class Meta:
        verbose_name = "Vorschlag"
        verbose_name_plural = "Vorschläge"
        ordering = ["-proposed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.solution}, vorgeschlagen von {self.organisation}"
