from django.db import models
from django.db.models.functions import Now

from catalogue.models.solutions import Solution
from members.models import User


class SolutionRevisionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=SolutionRevision.OPEN)

    def in_review(self):
        return self.filter(status=SolutionRevision.Status.IN_REVIEW)

    def released(self):
        return self.filter(status=SolutionRevision.Status.RELEASED)


class SolutionRevision(models.Model):
    """Work on a solution: its whole content as JSON, based on the released number it started from.

    A base that is no longer the current number is a conflict that a person resolves; nothing is overwritten.
    Four eyes: the approver is never the author (also a constraint).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        IN_REVIEW = "in_review", "zur Freigabe"
        CHANGES_REQUESTED = "changes_requested", "Änderungen erbeten"
        RELEASED = "released", "freigegeben"
        REJECTED = "rejected", "abgelehnt"

    OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_REQUESTED)

    solution = models.ForeignKey(
        Solution, models.PROTECT, related_name="revisions", verbose_name="Lösung", editable=False
    )
    number = models.PositiveIntegerField("Fassung", editable=False)
    base_number = models.PositiveIntegerField("beruht auf Fassung", editable=False)
    content = models.JSONField("Inhalt", default=dict, editable=False)
    status = models.CharField("Stand", max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    note = models.CharField("Was ändert sich?", max_length=300, blank=True)
    is_major_update = models.BooleanField("Wichtige Neuerung: Abonnenten erfahren davon", default=False)
    retires = models.BooleanField("Die Lösung läuft aus: Abonnenten erfahren davon", default=False)
    author = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="verfasst von", editable=False
    )
    approver = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name="entschieden von", editable=False
    )
    review_note = models.TextField("Anmerkung der Freigabe", blank=True)
    created_at = models.DateTimeField("angelegt", db_default=Now(), editable=False)
    submitted_at = models.DateTimeField("eingereicht", null=True, editable=False)
    released_at = models.DateTimeField("freigegeben am", null=True, editable=False)

    objects = SolutionRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "Fassung"
        verbose_name_plural = "Fassungen"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "number"], name="revision_number_once"),
            models.CheckConstraint(
                condition=models.Q(approver=None) | ~models.Q(approver=models.F("author")),
                name="revision_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(status="released", released_at__isnull=False)
                | (~models.Q(status="released") & models.Q(released_at=None)),
                name="revision_released_has_a_date",
            ),
            models.CheckConstraint(
                condition=models.Q(base_number__lt=models.F("number")), name="revision_follows_its_base"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content.get('title') or self.solution}, Fassung {self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_conflicting(self) -> bool:
        """Somebody released another revision in the meantime."""
        return self.is_open and self.base_number != self.solution.number
