import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower, Now

from catalogue.models.solutions import Solution
from catalogue.models.transfers import Transfer
from members.models import Organisation, Region, User


class UseReportQuerySet(models.QuerySet):
    def unconfirmed(self):
        """Nobody has shown yet that the address is theirs: gone after 7 days."""
        return self.filter(confirmed_at=None)

    def waiting(self):
        """For the campus team to decide."""
        return self.exclude(confirmed_at=None).filter(decided_at=None)

    def undecided(self):
        return self.filter(decided_at=None)


class UseReport(models.Model):
    """Somebody says: we use this, or we are interested (Meldung). A claim until the campus team accepts it.

    Purpose: to learn who uses what. Without an account the address is confirmed first; what is typed here never
    stands in a mail.
    """

    class Kind(models.TextChoices):
        USE = "use", "Wir nutzen das"
        INTEREST = "interest", "Wir haben Interesse"

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", "angenommen"
        REJECTED = "rejected", "abgelehnt"

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="use_reports", verbose_name="Lösung")
    region = models.ForeignKey(Region, models.PROTECT, related_name="use_reports", verbose_name="Region")
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="use_reports", verbose_name="Organisation"
    )
    kind = models.CharField("Meldung", max_length=10, choices=Kind)
    note = models.CharField("Anmerkung", max_length=500, blank=True)
    email = models.EmailField("E-Mail-Adresse")  # lower case, trimmed
    reporter = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gemeldet mit dem Konto"
    )
    may_be_shown = models.BooleanField("auch vor einer Vereinbarung zeigen", default=False)
    consent_wording = models.CharField("Wortlaut der Einwilligung", max_length=40, blank=True)  # version
    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    epoch = models.PositiveIntegerField("Linkausgabe", default=0)  # a new one revokes the links
    created_at = models.DateTimeField("gemeldet", db_default=Now())
    confirmation_sent_at = models.DateTimeField("Bestätigungsmail angelegt", null=True, blank=True)
    confirmed_at = models.DateTimeField("Adresse bestätigt", null=True, blank=True)
    decision = models.CharField("Entscheidung", max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField("entschieden", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="entschieden von"
    )
    reason = models.CharField("Begründung", max_length=500, blank=True)
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, null=True, blank=True, related_name="use_reports", verbose_name="Transfer"
    )

    objects = UseReportQuerySet.as_manager()

    class Meta:
        verbose_name = "Meldung einer Nutzung"
        verbose_name_plural = "Meldungen von Nutzung und Interesse"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution", "region", "email"],
                condition=models.Q(decided_at=None),
                name="usereport_once_while_open",
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="usereport_email_lower"),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at=None, decided_by=None)
                | (~models.Q(decision="") & models.Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="usereport_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None) | models.Q(confirmed_at__isnull=False),
                name="usereport_confirmed_before_decided",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="accepted") | models.Q(transfer__isnull=False),
                name="usereport_accepted_has_a_transfer",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="rejected") | ~models.Q(reason=""), name="usereport_rejected_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="usereport_by_email"),
            models.Index(fields=["confirmed_at"], condition=models.Q(decided_at=None), name="usereport_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.solution} in {self.region}"

    @property
    def state(self) -> str:
        if self.decision:
            return self.get_decision_display()
        return "wartet auf Prüfung" if self.confirmed_at else "Adresse noch nicht bestätigt"
