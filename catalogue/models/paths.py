from django.db import models

from catalogue.models.solutions import Solution
from members.models import Region, changes_pages


class ReusePath(models.Model):
    """How a region subtree gets the solution (Nachnutzungsweg); the reader's nearest ancestor wins."""

    class LegalRoute(models.TextChoices):
        FIT_STORE = "fit_store", "FIT-Store"
        EFA_MARKETPLACE = "efa_marketplace", "EfA-Marktplatz"
        AGREEMENT = "agreement", "Verwaltungsabkommen"
        MUNICIPAL_REPRESENTATIVE = "municipal_representative", "Kommunalvertreter"
        IN_HOUSE = "in_house", "Inhouse-Vergabe (§ 108 GWB)"
        OPEN_LICENCE = "open_licence", "Offene Lizenz"
        FRAMEWORK = "framework", "Rahmenvertrag"
        TENDER = "tender", "Eigene Ausschreibung"

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="reuse_paths")
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="reuse_paths", verbose_name="gilt in",
        help_text="Diese Region und alles in ihr. Deutschland: gilt überall.",
    )  # fmt: skip
    legal_route = models.CharField("Rechtlicher Weg", max_length=30, choices=LegalRoute)
    steps = models.TextField("Schritte", help_text="Markdown, eine nummerierte Liste")
    template_url = models.URLField("Vertragsmuster", blank=True)
    cost = models.CharField("Kosten", max_length=200, blank=True)
    contact = models.CharField("Kontakt", max_length=200, blank=True)

    class Meta:
        verbose_name = "Nachnutzungsweg"
        verbose_name_plural = "Nachnutzungswege"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["solution", "region", "legal_route"], name="reusepath_once")]
        triggers = changes_pages()

    def __str__(self) -> str:
        return f"{self.get_legal_route_display()} in {self.region}"
