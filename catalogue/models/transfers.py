from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from catalogue.models.paths import ReusePath
from catalogue.models.solutions import Solution
from members.models import Organisation, Region, User, changes_pages

CONFIRMED_FOR = timedelta(days=365)  # then a confirmation is due again


class TransferQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(stage__in=Transfer.CLOSED)

    def in_use(self):
        """Produktivbetrieb."""
        return self.filter(stage=Transfer.Stage.LIVE)

    def coming(self):
        """Agreed or being rolled out."""
        return self.filter(stage__in=(Transfer.Stage.AGREED, Transfer.Stage.ROLLOUT))

    def to_confirm(self, now: datetime):
        """Open ones that nobody confirmed, or not within a year."""
        unsure = ~models.Q(verification=Transfer.Verification.VERIFIED) | models.Q(verified_at__lte=now - CONFIRMED_FOR)
        return self.open().filter(unsure)

    def due_again(self, now: datetime):
        """Uses whose latest confirmation, by evidence or by the organisation's own word, is a year old."""
        moment = Coalesce("verified_at", "declared_at")
        return self.spreading().annotate(last_confirmed=moment).filter(last_confirmed__lte=now - CONFIRMED_FOR)

    def spreading(self):
        """What counts as use or certain use to come: the stages of which an arrival is made."""
        return self.filter(stage__in=Transfer.ARRIVED)

    def public(self):
        """Shown to everybody: interest and coordination only with consent, declined ones never."""
        return self.filter(solution__editorial_status=Solution.EditorialStatus.PUBLISHED).filter(
            models.Q(stage__in=(*Transfer.ARRIVED, Transfer.Stage.ENDED))
            | models.Q(stage__in=(Transfer.Stage.INTEREST, Transfer.Stage.COORDINATION), is_public=True)
        )


class Transfer(models.Model):
    """A region takes over a solution (Nachnutzung). Stage and verification are moved by their verb alone."""

    class Stage(models.TextChoices):
        INTEREST = "interest", "Interessenbekundung"
        COORDINATION = "coordination", "Abstimmung"
        AGREED = "agreed", "vereinbart"
        ROLLOUT = "rollout", "Einführung"
        LIVE = "live", "Produktivbetrieb"
        ENDED = "ended", "beendet"
        DECLINED = "declined", "nicht weiterverfolgt"

    class Verification(models.TextChoices):
        UNVERIFIED = "unverified", "nicht bestätigt"
        SELF_DECLARED = "self_declared", "selbst angegeben"
        VERIFIED = "verified", "bestätigt"

    class Precision(models.TextChoices):
        DAY = "day", "Tag"
        MONTH = "month", "Monat"
        YEAR = "year", "Jahr"

    ARRIVED = (Stage.AGREED, Stage.ROLLOUT, Stage.LIVE)
    CLOSED = (Stage.ENDED, Stage.DECLINED)

    solution = models.ForeignKey(Solution, models.PROTECT, related_name="transfers", verbose_name="Lösung")
    region = models.ForeignKey(Region, models.PROTECT, related_name="transfers", verbose_name="Region")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="transfers",
        verbose_name="Organisation", help_text="Leer lassen, wenn sie nicht bekannt ist.",
    )  # fmt: skip
    from_transfer = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="taught", verbose_name="übernommen von"
    )
    reuse_path = models.ForeignKey(
        ReusePath, models.SET_NULL, null=True, blank=True, related_name="transfers",
        verbose_name="Nachnutzungsweg",
    )  # fmt: skip
    scaling_partner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="scaled_transfers",
        verbose_name="Skalierungspartner",
    )  # fmt: skip
    stage = models.CharField("Stand", max_length=12, choices=Stage, editable=False)
    verification = models.CharField(
        "Prüfstatus", max_length=15, choices=Verification, default=Verification.UNVERIFIED, editable=False
    )
    verified_at = models.DateTimeField("bestätigt am", null=True, blank=True, editable=False)
    declared_at = models.DateTimeField("selbst angegeben am", null=True, blank=True, editable=False)
    is_public = models.BooleanField(
        "auch vor der Vereinbarung zeigen", default=False, help_text="Nur mit Einwilligung der Organisation."
    )
    consent_by = models.CharField("Einwilligung von", max_length=200, blank=True)
    consent_on = models.DateField("Einwilligung am", null=True, blank=True)
    live_since = models.DateField("im Einsatz seit", null=True, blank=True)
    live_since_precision = models.CharField("Genauigkeit", max_length=5, choices=Precision, default=Precision.DAY)
    ended_on = models.DateField("beendet am", null=True, blank=True)
    scope = models.CharField("Umfang", max_length=200, blank=True)
    source = models.CharField("Quelle", max_length=500, blank=True)
    changed_at = models.DateTimeField("zuletzt geändert", db_default=Now(), editable=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "Transfer"
        verbose_name_plural = "Transfers"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution", "region", "organisation"],
                condition=~models.Q(stage__in=["ended", "declined"]),
                nulls_distinct=False,
                name="transfer_once_while_open",
            ),
            models.CheckConstraint(
                condition=models.Q(verification="verified", verified_at__isnull=False)
                | (~models.Q(verification="verified") & models.Q(verified_at=None)),
                name="transfer_verified_has_a_date",
            ),
            models.CheckConstraint(
                condition=models.Q(declared_at=None) | models.Q(verification="self_declared"),
                name="transfer_declared_only_when_self_declared",
            ),
            models.CheckConstraint(
                condition=models.Q(is_public=False) | (models.Q(consent_on__isnull=False) & ~models.Q(consent_by="")),
                name="transfer_shown_early_with_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(live_since=None)
                | models.Q(ended_on=None)
                | models.Q(ended_on__gte=models.F("live_since")),
                name="transfer_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(from_transfer=None) | ~models.Q(from_transfer=models.F("id")),
                name="transfer_not_from_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["solution", "stage"], name="transfer_by_solution"),
            models.Index(fields=["changed_at"], name="transfer_changed"),
            models.Index(Coalesce("verified_at", "declared_at"), name="transfer_confirmed"),
        ]
        triggers = changes_pages()

    def __str__(self) -> str:
        return f"{self.solution} in {self.region}"

    @property
    def is_closed(self) -> bool:
        return self.stage in self.CLOSED

    @property
    def is_confirmed(self) -> bool:
        return self.verification == self.Verification.VERIFIED

    @property
    def confirmed_at(self) -> datetime | None:
        """When somebody last stood up for it: on evidence, or by the organisation's own word."""
        return self.verified_at or self.declared_at

    def is_stale(self, now: datetime) -> bool:
        """The latest confirmation is a year old, so it is shown as unconfirmed."""
        return self.confirmed_at is not None and self.confirmed_at <= now - CONFIRMED_FOR

    def months_unconfirmed(self, now: datetime) -> int:
        """Whole months since the latest confirmation; 0 while it holds."""
        if self.confirmed_at is None or not self.is_stale(now):
            return 0
        then, today = timezone.localdate(self.confirmed_at), timezone.localdate(now)
        return (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)


class TransferMoveQuerySet(models.QuerySet):
    def undoable(self, now: datetime):
        """The latest move of its transfer, within the undo window; what takes back is not taken back."""
        later = TransferMove.objects.filter(transfer=models.OuterRef("transfer"), pk__gt=models.OuterRef("pk"))
        window = timedelta(seconds=settings.UNDO_SECONDS)
        return self.filter(~models.Exists(later), at__gt=now - window, takes_back=None)


class TransferMove(models.Model):
    """One step of a transfer, for ever: who moved it where, when and why. Append-only."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="moves")
    stage = models.CharField("Stand", max_length=12, choices=Transfer.Stage)
    verification = models.CharField("Prüfstatus", max_length=15, choices=Transfer.Verification)
    at = models.DateTimeField("am", db_default=Now())
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="durch")
    note = models.CharField("Anmerkung", max_length=300, blank=True)
    evidence = models.CharField("Nachweis", max_length=500, blank=True)
    takes_back = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_back_by",
        verbose_name="nimmt zurück",
    )

    objects = TransferMoveQuerySet.as_manager()

    class Meta:
        verbose_name = "Schritt"
        verbose_name_plural = "Schritte"
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            *changes_pages(),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, {self.get_verification_display()}"

    def seconds_to_undo(self, now: datetime) -> int:
        """Until its undo window closes; 0 when it has. Whether it is the latest is not asked here."""
        if self.takes_back_id:
            return 0
        return max(0, int((self.at + timedelta(seconds=settings.UNDO_SECONDS) - now).total_seconds()))


class ArrivalQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(taken_back_at=None)

    def settled(self, now: datetime):
        """Nobody can take them back any more: the undo window has passed."""
        return self.standing().filter(arrived_at__lte=now - timedelta(seconds=settings.UNDO_SECONDS))

    def public(self):
        return self.standing().filter(solution__editorial_status=Solution.EditorialStatus.PUBLISHED)


class Arrival(models.Model):
    """A solution reached a region for the first time: the dated fact that subscribers are told of.

    Exactly this region row: not its ancestors, not its parts. Written by `move_transfer` alone.
    """

    solution = models.ForeignKey(Solution, models.PROTECT, related_name="arrivals", verbose_name="Lösung")
    region = models.ForeignKey(Region, models.PROTECT, related_name="arrivals", verbose_name="Region")
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="arrivals", verbose_name="Transfer")
    arrived_at = models.DateTimeField("angekommen", db_default=Now())
    taken_back_at = models.DateTimeField("zurückgenommen", null=True, blank=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = "Ankunft"
        verbose_name_plural = "Ankünfte"
        ordering = ["-arrived_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution", "region"],
                condition=models.Q(taken_back_at=None),
                name="arrival_once_while_standing",
            ),
            models.CheckConstraint(
                condition=models.Q(taken_back_at=None) | models.Q(taken_back_at__gte=models.F("arrived_at")),
                name="arrival_taken_back_after_it_came",
            ),
        ]
        indexes = [models.Index(fields=["-arrived_at"], name="arrival_newest")]
        triggers = changes_pages()

    def __str__(self) -> str:
        return f"{self.solution} ist angekommen: {self.region}"
