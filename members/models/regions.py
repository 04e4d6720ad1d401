"""The regions of Germany. The official key is the tree: "within" is a prefix, "ancestors" are the prefixes."""

from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.urls import reverse

from members.models.version import changes_pages

LENGTHS = (0, 2, 3, 5, 9, 12)  # Bund, Land, Regierungsbezirk, Kreis, Gemeindeverband, Gemeinde


def ancestor_keys(key: str) -> list[str]:
    """The keys above this one, nearest first: "07137" -> ["071", "07", ""]."""
    return [key[:n] for n in reversed(LENGTHS) if n < len(key)]


class RegionQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(valid_until=None)

    def canonical(self):
        """One row a place: the row that facts and subscriptions store."""
        return self.filter(canonical=None)

    def within(self, region: "Region"):
        """The region itself and everything below it."""
        return self.filter(key__startswith=region.key)

    def above(self, region: "Region"):
        """Everything that the region is a part of, without itself."""
        return self.filter(key__in=ancestor_keys(region.key))

    def municipalities(self):
        return self.filter(kind=Region.Kind.MUNICIPALITY)


class Region(models.Model):
    """A region of any level, from the Bund (key "") to a municipality (12 digits).

    Source: Gemeindeverzeichnis GV-ISys, © Statistisches Bundesamt (Destatis); points: © GeoBasis-DE / BKG.
    A place that stands on several levels (Stadtstaat, kreisfreie Stadt, association of one municipality) has
    one row that counts; the others point to it by `canonical`.
    """

    class Kind(models.TextChoices):
        FEDERAL = "federal", "Bund"
        STATE = "state", "Land"
        GOVERNMENT_DISTRICT = "government_district", "Regierungsbezirk"
        DISTRICT = "district", "Kreis"
        ASSOCIATION = "association", "Gemeindeverband"
        MUNICIPALITY = "municipality", "Gemeinde"

    key = models.CharField("Regionalschlüssel", max_length=12, blank=True)
    ags = models.CharField("Amtlicher Gemeindeschlüssel", max_length=8, blank=True)
    kind = models.CharField("Ebene", max_length=20, choices=Kind)
    form = models.CharField("Bezeichnung", max_length=40, blank=True)  # Landkreis, Stadt, Verbandsgemeinde ...
    name = models.CharField("amtlicher Name", max_length=100)
    label = models.CharField("Name", max_length=120)  # as people say it: "Landkreis Mayen-Koblenz"
    population = models.PositiveIntegerField("Einwohnerinnen und Einwohner", default=0)
    area_ha = models.PositiveIntegerField("Fläche in Hektar", default=0)
    lon = models.FloatField("Länge", null=True, blank=True)  # degrees, WGS 84
    lat = models.FloatField("Breite", null=True, blank=True)
    seat = models.CharField("Sitz der Verwaltung", max_length=60, blank=True)
    postcode = models.CharField("Postleitzahl des Sitzes", max_length=5, blank=True)
    canonical = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="other_levels", verbose_name="zählt als"
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="Nachfolge"
    )
    valid_until = models.DateField("gültig bis", null=True, blank=True)
    sort_key = models.CharField("Sortierung", max_length=120)
    detail = models.CharField("Lage", max_length=200, blank=True)  # tells it from others of its name
    search_text = models.TextField("Suchwörter")  # phrases of members/regions/words.py

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "Region"
        verbose_name_plural = "Regionen"
        ordering = ["sort_key", "key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(valid_until=None), name="region_key_once"),
            models.CheckConstraint(
                condition=models.Q(canonical=None) | ~models.Q(canonical=models.F("id")),
                name="region_canonical_is_another_row",
            ),
        ]
        indexes = [
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="region_key_prefix"),
            models.Index(fields=["ags"], name="region_ags"),
            models.Index(fields=["postcode"], name="region_postcode"),
            GinIndex(SearchVector("search_text", config="simple"), name="region_words", fastupdate=False),
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("region_detail", args=[self.address_key])

    @property
    def address_key(self) -> str:
        """The key in addresses; the Bund's empty key is `de` there."""
        return self.key or "de"

    @property
    def ancestor_keys(self) -> list[str]:
        return ancestor_keys(self.key)

    def counted(self) -> "Region":
        """The row of this place that facts store (needs `canonical` selected to stay without a query)."""
        return self.canonical or self

    def covers(self, keys: Iterable[str]) -> bool:
        return any(key.startswith(self.key) for key in keys)


class RegionKey(models.Model):
    """A key that a region once had; addresses with it redirect."""

    key = models.CharField("früherer Schlüssel", max_length=12, unique=True)
    region = models.ForeignKey(Region, models.CASCADE, related_name="former_keys")

    class Meta:
        verbose_name = "früherer Schlüssel"
        verbose_name_plural = "frühere Schlüssel"

    def __str__(self) -> str:
        return self.key
