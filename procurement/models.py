"""How it came: market explorations (§ 28 VgV, § 20 UVgO) and the tenders that followed."""

from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from catalogue.models import FieldOfAction, Solution
from members.models import Organisation, Region, User, changes_pages


class MarketExplorationQuerySet(models.QuerySet):
    def visible_at(self, now: datetime):
        """Public: opened, those withdrawn later included (with their reason)."""
        return self.filter(opened_at__lte=now)

    def open_at(self, now: datetime):
        return self.filter(opened_at__lte=now, responses_due_at__gt=now, withdrawn_at=None)

    def closed_at(self, now: datetime):
        return self.filter(opened_at__lte=now, responses_due_at__lte=now, withdrawn_at=None)

    def with_state_at(self, now: datetime):
        """Visible ones with their `state`, as `MarketExploration.state_at` derives it."""
        State = MarketExploration.State
        state = models.Case(
            models.When(withdrawn_at__isnull=False, then=models.Value(State.WITHDRAWN)),
            models.When(result_published_at__lte=now, then=models.Value(State.EVALUATED)),
            models.When(responses_due_at__gt=now, then=models.Value(State.PUBLISHED)),
            default=models.Value(State.CLOSED),
        )
        return self.visible_at(now).annotate(state=state)


class MarketExploration(models.Model):
    """A market exploration (Markterkundung). Never an award procedure; states are dates.

    eForms: notice subtype E1 (Marktkonsultation); title BT-21, description BT-24, CPV BT-262, deadline BT-800.
    """

    class LegalBasis(models.TextChoices):
        VGV = "vgv_28", "§ 28 VgV"
        UVGO = "uvgo_20", "§ 20 UVgO"

    class State(models.TextChoices):
        DRAFT = "draft", "in Vorbereitung"
        IN_REVIEW = "in_review", "in Prüfung"
        PUBLISHED = "published", "offen"
        CLOSED = "closed", "Frist abgelaufen"
        EVALUATED = "evaluated", "ausgewertet"
        WITHDRAWN = "withdrawn", "zurückgezogen"

    slug = models.SlugField("Kürzel in der Adresse", max_length=80, unique=True)
    title = models.CharField("Titel", max_length=200)
    summary = models.CharField("In zwei Sätzen: was wird gesucht?", max_length=400)
    need = models.TextField("Bedarf", blank=True, help_text="Markdown")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="explorations", verbose_name="Auftraggeber")
    joint_buyers = models.ManyToManyField(
        Organisation, blank=True, related_name="joint_explorations", verbose_name="gemeinsam mit"
    )
    fields_of_action = models.ManyToManyField(
        FieldOfAction, blank=True, related_name="explorations", verbose_name="Handlungsfelder"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="explorations", verbose_name="Region"
    )
    legal_basis = models.CharField("Rechtsgrundlage", max_length=10, choices=LegalBasis, blank=True)
    cpv_main = models.CharField("CPV-Code", max_length=8, blank=True)
    cpv_further = ArrayField(models.CharField(max_length=8), verbose_name="weitere CPV-Codes", default=list, blank=True)
    review_requested_at = models.DateTimeField("zur Prüfung gegeben", null=True, blank=True)
    opened_at = models.DateTimeField("veröffentlicht", null=True, blank=True)
    questions_due_at = models.DateTimeField("Fragen bis", null=True, blank=True)
    responses_due_at = models.DateTimeField("Rückmeldungen bis", null=True, blank=True)
    result_published_at = models.DateTimeField("Ergebnis veröffentlicht", null=True, blank=True)
    result_summary = models.TextField("Ergebnis", blank=True, help_text="Markdown, ohne Namen der Teilnehmenden")
    concluded_without_tender_at = models.DateTimeField("ohne Ausschreibung beendet", null=True, blank=True)
    withdrawn_at = models.DateTimeField("zurückgezogen", null=True, blank=True)
    withdrawn_reason = models.TextField("Grund", blank=True)
    contact = models.CharField("Kontakt", max_length=200, blank=True)
    solutions = models.ManyToManyField(
        Solution, blank=True, related_name="explorations", verbose_name="daraus entstandene Lösungen"
    )
    source = models.CharField("Quelle", max_length=500, blank=True)
    is_fictitious = models.BooleanField("frei erfundenes Beispiel", default=False)
    author = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="angelegt von",
    )
    changed_at = models.DateTimeField("zuletzt geändert", db_default=Now(), editable=False)

    objects = MarketExplorationQuerySet.as_manager()

    class Meta:
        verbose_name = "Markterkundung"
        verbose_name_plural = "Markterkundungen"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opened_at=None)
                | models.Q(responses_due_at__isnull=False, responses_due_at__gt=models.F("opened_at")),
                name="exploration_due_after_opened",
            ),
            models.CheckConstraint(
                condition=models.Q(questions_due_at=None)
                | models.Q(responses_due_at__isnull=False, questions_due_at__lte=models.F("responses_due_at")),
                name="exploration_questions_before_responses",
            ),
            models.CheckConstraint(
                condition=models.Q(result_published_at=None)
                | models.Q(opened_at__isnull=False, result_published_at__gte=models.F("responses_due_at")),
                name="exploration_result_after_due",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_reason=""),
                name="exploration_withdrawn_with_a_reason",
            ),
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exploration_detail", args=[self.slug])

    def state_at(self, now: datetime) -> "MarketExploration.State":
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if not self.opened_at or self.opened_at > now:
            return self.State.IN_REVIEW if self.review_requested_at else self.State.DRAFT
        if self.result_published_at and self.result_published_at <= now:
            return self.State.EVALUATED
        return self.State.PUBLISHED if self.responses_due_at > now else self.State.CLOSED

    def days_left_at(self, now: datetime) -> int:
        """Whole days in Berlin until responses are due: 0 ends today, below 0 is over (or never began)."""
        if not self.responses_due_at or self.responses_due_at <= now:
            return -1
        return (timezone.localdate(self.responses_due_at) - timezone.localdate(now)).days


class ClarificationQuerySet(models.QuerySet):
    def published_at(self, now: datetime):
        """Readable by everybody, as long as its exploration is."""
        return self.filter(published_at__lte=now, exploration__opened_at__lte=now)


class Clarification(models.Model):
    """A question of one company and its answer, published to all without the asker's name (§ 97 (2) GWB)."""

    exploration = models.ForeignKey(
        MarketExploration, models.PROTECT, related_name="clarifications", verbose_name="Markterkundung"
    )
    question = models.TextField("Frage", max_length=4000)
    answer = models.TextField("Antwort", max_length=8000, blank=True, help_text="Markdown. Gilt für alle.")
    asked_by = models.CharField("gefragt von", max_length=200, blank=True)  # for the award file; never shown
    created_at = models.DateTimeField("eingegangen", db_default=Now(), editable=False)
    published_at = models.DateTimeField("veröffentlicht", null=True, blank=True, editable=False)
    changed_at = models.DateTimeField("zuletzt geändert", db_default=Now(), editable=False)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        verbose_name = "Frage und Antwort"
        verbose_name_plural = "Fragen und Antworten"
        ordering = ["published_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_at=None) | ~models.Q(answer=""), name="clarification_published_with_answer"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_for_ever",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
            *changes_pages(),
        ]

    def __str__(self) -> str:
        return f"{self.question[:60]} ({self.exploration})"


class TenderQuerySet(models.QuerySet):
    def announced(self):
        """Visible to everybody."""
        return self.exclude(status=Tender.Status.PLANNED)


class Tender(models.Model):
    """A tender (Ausschreibung). No bids are taken here: it links to the e-procurement platform."""

    class Status(models.TextChoices):
        PLANNED = "planned", "geplant"
        ANNOUNCED = "announced", "bekannt gemacht"
        EVALUATION = "evaluation", "in Wertung"
        AWARDED = "awarded", "Zuschlag erteilt"
        RUNNING = "running", "in Umsetzung"
        COMPLETED = "completed", "abgeschlossen"
        CANCELLED = "cancelled", "aufgehoben"

    class Procedure(models.TextChoices):
        """eForms code list procurement-procedure-type."""

        OPEN = "open", "Offenes Verfahren"
        RESTRICTED = "restricted", "Nichtoffenes Verfahren"
        COMPETITIVE_DIALOGUE = "comp-dial", "Wettbewerblicher Dialog"
        INNOVATION = "innovation", "Innovationspartnerschaft"
        NEGOTIATED_WITH_CALL = "neg-w-call", "Verhandlungsverfahren mit Teilnahmewettbewerb"
        NEGOTIATED_WITHOUT_CALL = "neg-wo-call", "Verhandlungsverfahren ohne Teilnahmewettbewerb"
        OTHER_SINGLE = "oth-single", "Sonstiges einstufiges Verfahren"
        OTHER_MULTIPLE = "oth-mult", "Sonstiges mehrstufiges Verfahren"

    slug = models.SlugField("Kürzel in der Adresse", max_length=80, unique=True)
    title = models.CharField("Titel", max_length=200)
    summary = models.CharField("Worum geht es?", max_length=400, blank=True)
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="tenders", verbose_name="Auftraggeber")
    explorations = models.ManyToManyField(
        MarketExploration, blank=True, related_name="tenders", verbose_name="aus Markterkundungen"
    )
    solutions = models.ManyToManyField(
        Solution, blank=True, related_name="tenders", verbose_name="daraus entstandene Lösungen"
    )
    fields_of_action = models.ManyToManyField(
        FieldOfAction, blank=True, related_name="tenders", verbose_name="Handlungsfelder"
    )
    status = models.CharField("Stand", max_length=12, choices=Status, default=Status.PLANNED)
    procedure = models.CharField("Verfahrensart", max_length=12, choices=Procedure, blank=True)
    procedure_note = models.CharField("Anmerkung zum Verfahren", max_length=300, blank=True)
    cpv_codes = ArrayField(models.CharField(max_length=8), verbose_name="CPV-Codes", default=list, blank=True)
    lots = models.PositiveSmallIntegerField("Lose", null=True, blank=True)
    notice_id = models.CharField("Nummer der Bekanntmachung", max_length=80, blank=True)
    notice_url = models.URLField("Bekanntmachung", max_length=500, blank=True)
    announced_on = models.DateField("bekannt gemacht am", null=True, blank=True)
    awarded_at = models.DateTimeField("Zuschlag erteilt am", null=True, blank=True)
    award_note = models.CharField("Zuschlag", max_length=300, blank=True)
    sovereignty_criteria = models.CharField("Kriterien zur Souveränität", max_length=300, blank=True)
    source = models.CharField("Quelle", max_length=500, blank=True)
    is_fictitious = models.BooleanField("frei erfundenes Beispiel", default=False)
    changed_at = models.DateTimeField("zuletzt geändert", db_default=Now(), editable=False)

    objects = TenderQuerySet.as_manager()

    class Meta:
        verbose_name = "Ausschreibung"
        verbose_name_plural = "Ausschreibungen"
        ordering = [models.F("announced_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status__in=["awarded", "running", "completed"])
                | models.Q(awarded_at__isnull=False),
                name="tender_awarded_has_a_date",
            )
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tender_detail", args=[self.slug])
