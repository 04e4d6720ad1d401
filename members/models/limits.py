from django.db import models


class RequestCount(models.Model):
    """How often something was asked for within an hour, by whom nobody can read back.

    Purpose: to stop mass requests. The key is an HMAC of purpose and network; gone after 24 hours.
    """

    key = models.CharField("Schlüssel", max_length=64)
    hour = models.DateTimeField("Stunde")
    count = models.PositiveIntegerField("Anzahl", default=1)

    class Meta:
        verbose_name = "Zähler gegen Massenanfragen"
        verbose_name_plural = "Zähler gegen Massenanfragen"
        constraints = [models.UniqueConstraint(fields=["key", "hour"], name="requestcount_once")]
        indexes = [models.Index(fields=["hour"], name="requestcount_by_hour")]

    def __str__(self) -> str:
        return f"{self.count} in der Stunde {self.hour:%H}"
