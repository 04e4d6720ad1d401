import uuid

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from catalogue.models.transfers import Transfer
from members.models import User, changes_pages

MOST_MONTHS, MOST_DAYS = 240, 100_000  # beyond them a number is a slip of the pen


class PracticeReportQuerySet(models.QuerySet):
    def open(self):
        """Being written or looked at: one a transfer."""
        return self.filter(status__in=PracticeReport.OPEN)

    def submitted(self):
        return self.filter(status=PracticeReport.Status.SUBMITTED)

    def released(self):
        """What everybody reads: a dated fact (`released_at`), as long as its transfer and solution are public."""
        released = self.filter(status=PracticeReport.Status.RELEASED)
        return released.filter(transfer__in=Transfer.objects.public())


class PracticeReport(models.Model):
    """What an organisation learned by taking a solution over (Praxisbericht): effort, time, cost, help and hurt.

    Written by the organisation, read by the campus team before anybody else does. Numbers that nobody knows stay
    empty; the sums on the Steckbrief say how many they rest on.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        SUBMITTED = "submitted", "zur Prüfung"
        RETURNED = "returned", "zurückgegeben"
        RELEASED = "released", "veröffentlicht"
        WITHDRAWN = "withdrawn", "zurückgezogen"

    OPEN = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
    WRITABLE = (Status.DRAFT, Status.RETURNED)

    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="practice_reports", verbose_name="Transfer", editable=False
    )
    status = models.CharField("Stand", max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    effort_days = models.PositiveIntegerField(
        "Eigener Aufwand in Personentagen", null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )  # fmt: skip
    duration_months = models.PositiveSmallIntegerField(
        "Dauer der Einführung in Monaten", null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
    )  # fmt: skip
    cost_from = models.PositiveIntegerField("Kosten von (Euro)", null=True, blank=True)
    cost_to = models.PositiveIntegerField("Kosten bis (Euro)", null=True, blank=True)
    helped = models.TextField("Was hat geholfen?", max_length=4000, blank=True)
    hurt = models.TextField("Was war schwierig?", max_length=4000, blank=True)
    contact = models.CharField("Wen können andere fragen?", max_length=200, blank=True)  # shown with the report
    email = models.EmailField("Adresse für Rückfragen", editable=False)  # of who writes; never shown
    author = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="verfasst mit dem Konto", editable=False
    )
    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    created_at = models.DateTimeField("angelegt", db_default=Now(), editable=False)
    submitted_at = models.DateTimeField("eingereicht", null=True, editable=False)
    review_note = models.CharField("Anmerkung der Redaktion", max_length=500, blank=True, editable=False)
    released_at = models.DateTimeField("veröffentlicht am", null=True, editable=False)
    released_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="veröffentlicht von", editable=False
    )

    objects = PracticeReportQuerySet.as_manager()

    class Meta:
        verbose_name = "Praxisbericht"
        verbose_name_plural = "Praxisberichte"
        ordering = ["-released_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer"],
                condition=models.Q(status__in=["draft", "submitted", "returned"]),
                name="practicereport_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(cost_from=None)
                | models.Q(cost_to=None)
                | models.Q(cost_to__gte=models.F("cost_from")),
                name="practicereport_cost_in_order",
            ),
            models.CheckConstraint(
                condition=(models.Q(effort_days=None) | models.Q(effort_days__range=(1, MOST_DAYS)))
                & (models.Q(duration_months=None) | models.Q(duration_months__range=(1, MOST_MONTHS))),
                name="practicereport_numbers_are_likely",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["released", "withdrawn"], released_at__isnull=False, released_by__isnull=False
                )
                | models.Q(status__in=["draft", "submitted", "returned"], released_at=None, released_by=None),
                name="practicereport_release_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(submitted_at__isnull=False),
                name="practicereport_submitted_has_a_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="returned") | ~models.Q(review_note=""),
                name="practicereport_returned_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by=None) | ~models.Q(released_by=models.F("author")),
                name="practicereport_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["-released_at"], condition=models.Q(status="released"), name="practicereport_newest")
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return f"Praxisbericht: {self.transfer}"
