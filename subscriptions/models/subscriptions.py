"""What a subscriber wants to hear of."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField
from django.db import models
from django.db.models.functions import Now

from catalogue.models import Solution
from members.models import Region
from subscriptions.models.subscribers import Subscriber


def codes(verbose_name: str) -> ArrayField:
    """The chosen values of one filter, in order; empty means "any"."""
    return ArrayField(
        models.CharField(max_length=200), verbose_name=verbose_name, default=list, db_default=[], blank=True
    )


class Subscription(models.Model):
    """What a subscriber asked for, as columns that the fan-out matches in one SQL statement.

    Empty means "any": no fields of action, no solution, no region. The columns are those of a list's filters
    (subscriptions/saved_filters.py), so what one saw in the list is what one is told of.
    """

    class Direction(models.TextChoices):
        THIS = "this", "genau diese Region"
        WITHIN = "within", "alles in ihr"
        ABOVE = "above", "was sie von oben betrifft"
        NEIGHBOURS = "neighbours", "ihre Nachbarn"
        LIKE_SIZED = "like_sized", "ähnlich große"

    class Frequency(models.TextChoices):
        """From the quickest to the slowest: of overlapping wishes the quickest wins."""

        AT_ONCE = "at_once", "sofort"
        DAILY = "daily", "einmal am Tag"
        WEEKLY = "weekly", "einmal in der Woche"
        SIX_WEEKS = "six_weeks", "alle sechs Wochen"

    USUAL = (Direction.THIS, Direction.WITHIN, Direction.ABOVE)  # what belongs to a region if nobody says otherwise
    # What makes two subscriptions of a person the same; the frequency does not.
    SAME = (
        "kinds", "region", "directions", "solution", "fields_of_action", "stages", "levels", "licences",
        "operating_models", "ai", "verifications", "sovereignty", "buyers", "words",
    )  # fmt: skip

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    kinds = ArrayField(models.CharField(max_length=30), verbose_name="Neuigkeiten")  # subscriptions.news.NewsKind
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="subscriptions", verbose_name="Region"
    )
    directions = ArrayField(
        models.CharField(max_length=12, choices=Direction), verbose_name="Richtung", default=list, blank=True
    )
    neighbours = ArrayField(
        models.BigIntegerField(), verbose_name="Nachbarn", default=list, db_default=[], blank=True, editable=False
    )  # the eight nearest regions of its kind, where they are asked for; renewed when the regions change
    fields_of_action = ArrayField(
        models.CharField(max_length=50), verbose_name="Handlungsfelder", default=list, blank=True
    )  # slugs
    stages = codes("Phasen")
    levels = codes("Ebenen")
    licences = codes("Lizenzen")
    operating_models = codes("Betriebsmodelle")
    ai = codes("KI")  # ja, nein
    verifications = codes("Prüfstatus der Nutzung")
    sovereignty = codes("Souveränität")
    buyers = codes("Auftraggeber")  # slugs
    words = models.CharField("Suchwörter", max_length=200, blank=True, default="", db_default="")
    query = SearchQueryField("Suchanfrage", null=True, blank=True, editable=False)  # what the words mean, for solutions
    query_version = models.PositiveIntegerField("Stand der Suchanfrage", db_default=0, editable=False)
    solution = models.ForeignKey(
        Solution, models.CASCADE, null=True, blank=True, related_name="subscriptions", verbose_name="Lösung"
    )
    frequency = models.CharField("Häufigkeit", max_length=10, choices=Frequency, default=Frequency.AT_ONCE)
    created_at = models.DateTimeField("angelegt", db_default=Now())
    confirmed_at = models.DateTimeField("bestätigt", null=True, blank=True)

    class Meta:
        verbose_name = "Abonnement"
        verbose_name_plural = "Abonnements"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "subscriber", "kinds", "region", "directions", "solution", "fields_of_action", "stages", "levels",
                    "licences", "operating_models", "ai", "verifications", "sovereignty", "buyers", "words",
                ],
                nulls_distinct=False,
                name="subscription_once",
            ),
            models.CheckConstraint(
                condition=models.Q(region=None, directions=[])
                | (models.Q(region__isnull=False) & ~models.Q(directions=[])),
                name="subscription_region_has_a_direction",
            ),
            models.CheckConstraint(condition=~models.Q(kinds=[]), name="subscription_asks_for_something"),
            models.CheckConstraint(
                condition=~models.Q(words="") | models.Q(query=None), name="subscription_query_means_its_words"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["region"], name="subscription_by_region")]

    def __str__(self) -> str:
        return f"Abonnement {self.pk}"
