from django.db import models
from django.db.models.functions import Now

from catalogue.models.solutions import Solution


class PubliccodeFile(models.Model):
    """A publiccode.yml that a solution is drafted from: the file as it was read, and which value came from where.

    `provenance` holds for each field of the content what the file said when it was last taken over: a value that is
    no longer the same in the catalogue was changed by hand and is not overwritten.
    """

    PUBLICCODE = "publiccode.yml"

    solution = models.ForeignKey(
        Solution, models.CASCADE, related_name="publiccode_files", verbose_name="Lösung", editable=False
    )
    source = models.CharField("Quelle", max_length=30, default=PUBLICCODE, editable=False)
    source_id = models.CharField("Repositorium", max_length=500, editable=False)  # as the file names it, one spelling
    address = models.CharField("gelesen aus", max_length=1000)
    raw = models.TextField("Datei", editable=False)
    sha256 = models.CharField("Prüfsumme", max_length=64, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    read_at = models.DateTimeField("übernommen", db_default=Now(), editable=False)
    asked_at = models.DateTimeField("zuletzt abgerufen", null=True, blank=True, editable=False)
    problem = models.CharField("Störung", max_length=300, blank=True, editable=False)  # of the last time it was asked
    provenance = models.JSONField("Herkunft der Angaben", default=dict, editable=False)
    differences = models.JSONField("Abweichungen", default=list, editable=False)
    uses = models.JSONField("genannte Nutzer", default=list, editable=False)

    class Meta:
        verbose_name = "publiccode.yml"
        verbose_name_plural = "publiccode.yml"
        ordering = ["source_id"]
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="publiccodefile_source_once")]

    def __str__(self) -> str:
        return self.source_id
