"""How far the facts have been looked through, so that a look costs the same however many there are."""

from django.db import models


class Look(models.Model):
    """One row a kind of news: when all its facts were last looked through, and at which version of the portal.

    Every write of a fact counts the version up in its own transaction, late commits, backfills and extended deadlines
    included. So while the version stands, only the clock can make a fact due: those that have occurred since.
    """

    kind = models.CharField("Neuigkeit", max_length=30, primary_key=True)
    version = models.BigIntegerField("Stand des Portals")
    looked_at = models.DateTimeField("vollständig angesehen")

    class Meta:
        verbose_name = "Durchsicht"
        verbose_name_plural = "Durchsichten"

    def __str__(self) -> str:
        return f"{self.kind}: {self.looked_at}"
