from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from members.models import Organisation, changes_pages

# German order, and how titles are looked up while one types: Ä like A, as the embedded Postgres has no ICU
TITLE_KEY = models.Func(
    Lower("title"), models.Value("äöüß"), models.Value("aous"), function="translate", output_field=models.TextField()
)
TAKEN_SLUGS = ["naehe", "vergleich"]  # pages beside those of the solutions


class FieldOfActionQuerySet(models.QuerySet):
    def with_solution_counts(self):
        published = models.Q(solutions__editorial_status="published")
        return self.annotate(solution_count=models.Count("solutions", filter=published)).order_by("position", "name")


class FieldOfAction(models.Model):
    """A field of action of the campus (Handlungsfeld): data, because they change."""

    slug = models.SlugField("Kürzel in der Adresse", unique=True)
    name = models.CharField("Name", max_length=80)
    description = models.TextField("Beschreibung", blank=True)
    position = models.PositiveSmallIntegerField("Reihenfolge", default=0)

    objects = FieldOfActionQuerySet.as_manager()

    class Meta:
        verbose_name = "Handlungsfeld"
        verbose_name_plural = "Handlungsfelder"
        ordering = ["position", "name"]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("field_detail", args=[self.slug])


class SolutionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(editorial_status=Solution.EditorialStatus.PUBLISHED)

    def in_field(self, slug: str):
        return self.filter(fields_of_action__slug=slug)

    def to_review_again(self, today: date):
        """Contacts whose review date has passed (Wiedervorlage)."""
        return self.filter(contacts__review_due__lte=today).distinct()


class Solution(models.Model):
    """A digital solution as the public sees it (or a draft never released).

    Work happens on revisions; `release_revision` alone writes the published content over.
    """

    class EditorialStatus(models.TextChoices):
        DRAFT = "draft", "noch nie freigegeben"
        PUBLISHED = "published", "veröffentlicht"
        ARCHIVED = "archived", "archiviert"
        WITHDRAWN = "withdrawn", "zurückgezogen"

    class Stage(models.TextChoices):
        """The campus' own words for its phases (Phase)."""

        IDENTIFIED = "identified", "identifiziert"
        EVALUATING = "evaluating", "in Bewertung"
        USABLE = "usable", "nutzbar"
        SCALING = "scaling", "skaliert"
        RETIRED = "retired", "ausgelaufen"

    class Development(models.TextChoices):
        """publiccode.yml: developmentStatus."""

        CONCEPT = "concept", "Konzept"
        DEVELOPMENT = "development", "in Entwicklung"
        BETA = "beta", "Beta"
        STABLE = "stable", "stabil"
        OBSOLETE = "obsolete", "abgekündigt"

    class Level(models.TextChoices):
        FEDERAL = "bund", "Bund"
        STATE = "land", "Land"
        MUNICIPAL = "kommune", "Kommune"

    class OperatingModel(models.TextChoices):
        SAAS = "saas", "als Dienst (SaaS)"
        ON_PREMISES = "on_premises", "im eigenen Rechenzentrum"
        CLOUD = "cloud", "in der Cloud"
        EFA = "efa", "Einer für Alle (EfA)"

    class AiRisk(models.TextChoices):
        """Risk classes of Regulation (EU) 2024/1689 (KI-VO)."""

        MINIMAL = "minimal", "minimales Risiko"
        LIMITED = "limited", "begrenztes Risiko (Transparenzpflichten)"
        HIGH = "high", "hohes Risiko"
        UNKNOWN = "unknown", "nicht eingestuft"

    slug = models.SlugField("Kürzel in der Adresse", max_length=80, unique=True)
    editorial_status = models.CharField(
        "Redaktionsstand",
        max_length=12,
        choices=EditorialStatus,
        default=EditorialStatus.DRAFT,
        editable=False,
    )
    number = models.PositiveIntegerField("Fassung", default=0, editable=False)  # of the revision shown
    published_at = models.DateTimeField("zuerst veröffentlicht", null=True, blank=True, editable=False)
    changed_at = models.DateTimeField("zuletzt geändert", null=True, blank=True, editable=False)

    title = models.CharField("Name", max_length=120)
    summary = models.CharField("In einem Satz", max_length=150)
    description = models.TextField("Was leistet sie?", blank=True, help_text="Markdown")
    benefits = models.TextField("Nutzen", blank=True, help_text="Markdown")
    fields_of_action = models.ManyToManyField(
        FieldOfAction, verbose_name="Handlungsfelder", related_name="solutions", blank=True
    )
    levels = ArrayField(models.CharField(max_length=10, choices=Level), verbose_name="Ebenen", default=list, blank=True)
    competent_level = models.CharField(
        "zuständige Ebene", max_length=20, blank=True, help_text="Wessen Aufgabe es ist: Nenner der Abdeckung"
    )
    campus_stage = models.CharField("Phase", max_length=12, choices=Stage, default=Stage.IDENTIFIED)
    development_status = models.CharField("Entwicklungsstand", max_length=12, choices=Development, blank=True)
    trl = models.PositiveSmallIntegerField(
        "Technologiereifegrad (TRL)", null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )  # fmt: skip
    licence = models.CharField("Lizenz (SPDX)", max_length=60, blank=True)
    licence_note = models.CharField("Anmerkung zur Lizenz", max_length=200, blank=True)
    source_url = models.URLField("Quellcode", blank=True)
    website_url = models.URLField("Website", blank=True)
    documentation_url = models.URLField("Dokumentation", blank=True)
    operating_models = ArrayField(
        models.CharField(max_length=12, choices=OperatingModel), verbose_name="Betriebsmodelle",
        default=list, blank=True,
    )  # fmt: skip
    hosting = models.CharField("Betrieb", max_length=200, blank=True)
    data_location = models.CharField("Ort der Daten", max_length=200, blank=True)
    standards = ArrayField(
        models.CharField(max_length=60), verbose_name="Schnittstellen und Standards", default=list, blank=True
    )
    cpv_codes = ArrayField(models.CharField(max_length=8), verbose_name="CPV-Codes", default=list, blank=True)
    cost_note = models.TextField("Was kostet sie?", blank=True)
    is_ai = models.BooleanField("KI-System", default=False)
    ai_risk = models.CharField("Risikoklasse (KI-VO)", max_length=10, choices=AiRisk, blank=True)
    accessibility_url = models.URLField("Erklärung zur Barrierefreiheit", blank=True)
    is_fictitious = models.BooleanField("frei erfundenes Beispiel", default=False)

    organisations = models.ManyToManyField(
        Organisation, through="SolutionOrganisation", related_name="solutions", verbose_name="Organisationen"
    )

    objects = SolutionQuerySet.as_manager()

    class Meta:
        verbose_name = "Lösung"
        verbose_name_plural = "Lösungen"
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(editorial_status="draft") | models.Q(published_at__isnull=False, number__gte=1),
                name="solution_released_before_shown",
            ),
            models.CheckConstraint(
                condition=models.Q(trl=None) | models.Q(trl__range=(1, 9)), name="solution_trl_1_to_9"
            ),
            models.CheckConstraint(
                condition=~models.Q(slug__in=TAKEN_SLUGS),
                name="solution_slug_is_no_page",
                violation_error_message="Unter dieser Adresse steht schon eine andere Seite. Bitte ein anderes Kürzel.",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="solution_newest",
                         condition=models.Q(editorial_status="published")),
            models.Index(fields=["changed_at"], name="solution_changed"),
            GinIndex(SearchVector(TITLE_KEY, config="simple"), name="solution_title_words", fastupdate=False),
        ]  # fmt: skip
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("solution_detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.editorial_status == self.EditorialStatus.PUBLISHED


class SolutionOrganisation(models.Model):
    """Who owns, operates, provides or helps to roll out a solution."""

    class Role(models.TextChoices):
        OWNER = "owner", "Träger"
        OPERATOR = "operator", "Betreiber"
        PROVIDER = "provider", "Anbieter"
        SCALING_PARTNER = "scaling_partner", "Skalierungspartner"

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="organisation_roles")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="solution_roles", verbose_name="Organisation"
    )
    role = models.CharField("Rolle", max_length=20, choices=Role)

    class Meta:
        verbose_name = "Beteiligte Organisation"
        verbose_name_plural = "Beteiligte Organisationen"
        ordering = ["role", "organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "organisation", "role"], name="solutionorganisation_once")
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


class SolutionContact(models.Model):
    """Whom to call. Personal data when a person is named: public by purpose, reviewed by `review_due`."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="contacts")
    name = models.CharField("Ansprechperson oder Stelle", max_length=150)
    organisation = models.CharField("Organisation", max_length=200, blank=True)
    email = models.EmailField("E-Mail", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    url = models.URLField("Kontaktseite", blank=True)
    review_due = models.DateField("Wiedervorlage", null=True, blank=True)

    class Meta:
        verbose_name = "Ansprechperson"
        verbose_name_plural = "Ansprechpersonen"
        ordering = ["pk"]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.name


class SolutionSource(models.Model):
    """Where a fact on the Steckbrief comes from."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="sources")
    title = models.CharField("Quelle", max_length=300)
    url = models.URLField("Adresse", max_length=500, blank=True)

    class Meta:
        verbose_name = "Quelle"
        verbose_name_plural = "Quellen"
        ordering = ["pk"]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.title


class ReportedCoverage(models.Model):
    """What others report about the spread ("452 von 691 Behörden"): shown beside our count, never mixed in."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="reported_coverages")
    n = models.PositiveIntegerField("Anzahl")
    of = models.PositiveIntegerField("von", null=True, blank=True)
    unit = models.CharField("Einheit", max_length=80)
    as_of = models.CharField("Stand", max_length=30)  # as precise as the source: "06/2024"
    source = models.CharField("Quelle", max_length=500)

    class Meta:
        verbose_name = "gemeldete Abdeckung"
        verbose_name_plural = "gemeldete Abdeckungen"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(of=None) | models.Q(n__lte=models.F("of")), name="reportedcoverage_n_of"
            )
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        whole = f" von {self.of}" if self.of else ""
        return f"{self.n}{whole} {self.unit}, Stand {self.as_of}"
