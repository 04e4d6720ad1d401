from django.db import models
from django.urls import reverse

from members.models.people import User
from members.models.regions import Region
from members.models.version import changes_pages


class OrganisationQuerySet(models.QuerySet):
    def members_of_the_campus(self):
        return self.filter(memberships__until=None, memberships__isnull=False).distinct()

    def scaling_partners(self):
        return self.filter(is_scaling_partner=True)


class Organisation(models.Model):
    """An authority, a company, an association: whoever offers, uses, buys or helps to roll out."""

    class Kind(models.TextChoices):
        FEDERAL = "federal", "Bund"
        STATE = "state", "Land"
        MUNICIPAL = "municipal", "Kommune"
        PUBLIC_IT = "public_it", "Öffentlicher IT-Dienstleister"
        RESEARCH = "research", "Wissenschaft"
        COMPANY = "company", "Unternehmen"
        ASSOCIATION = "association", "Verein, Verband oder Stiftung"

    slug = models.SlugField("Kürzel in der Adresse", max_length=80, unique=True)
    name = models.CharField("Name", max_length=200)
    short_name = models.CharField("Kurzname", max_length=60, blank=True)
    kind = models.CharField("Art", max_length=20, choices=Kind)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="Region", null=True, blank=True, related_name="organisations"
    )
    description = models.TextField("Beschreibung", blank=True)
    website_url = models.URLField("Website", blank=True)
    is_scaling_partner = models.BooleanField("Skalierungspartner", default=False)
    is_fictitious = models.BooleanField("frei erfundenes Beispiel", default=False)
    source = models.CharField("Quelle", max_length=300, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "Organisation"
        verbose_name_plural = "Organisationen"
        ordering = ["name", "pk"]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation_detail", args=[self.slug])

    @property
    def short(self) -> str:
        return self.short_name or self.name


class Membership(models.Model):
    """Membership of an organisation in the campus."""

    class Category(models.TextChoices):
        ORDINARY = "ordinary", "Ordentliches Mitglied"
        SUPPORTING = "supporting", "Fördermitglied"
        PARTNER = "partner", "Partner"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name="Organisation", related_name="memberships"
    )
    category = models.CharField("Kategorie", max_length=20, choices=Category)
    since = models.DateField("seit", null=True, blank=True)
    until = models.DateField("bis", null=True, blank=True)
    source = models.CharField("Quelle", max_length=300, blank=True)

    class Meta:
        verbose_name = "Mitgliedschaft"
        verbose_name_plural = "Mitgliedschaften"
        ordering = ["organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(until=None), name="membership_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(since=None) | models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="membership_ends_after_it_began",
            ),
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_category_display()}"


class OrganisationUser(models.Model):
    """A person who may act for an organisation."""

    class Role(models.TextChoices):
        VIEWER = "viewer", "liest"
        EDITOR = "editor", "bearbeitet"
        OWNER = "owner", "verantwortet"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="people")
    user = models.ForeignKey(User, models.CASCADE, related_name="organisations")
    role = models.CharField("Rolle", max_length=10, choices=Role, default=Role.VIEWER)

    class Meta:
        verbose_name = "Zugang zu einer Organisation"
        verbose_name_plural = "Zugänge zu Organisationen"
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="organisationuser_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} für {self.organisation}"


class CampusSite(models.Model):
    """A place of the campus (Campus-Standort)."""

    slug = models.SlugField("Kürzel in der Adresse", unique=True)
    name = models.CharField("Name", max_length=120)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="Region", related_name="campus_sites")
    address = models.CharField("Anschrift", max_length=200, blank=True)
    source = models.CharField("Quelle", max_length=300, blank=True)

    class Meta:
        verbose_name = "Campus-Standort"
        verbose_name_plural = "Campus-Standorte"
        ordering = ["name"]
        triggers = changes_pages()

    def __str__(self) -> str:
        return self.name
