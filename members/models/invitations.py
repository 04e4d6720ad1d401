import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Lower, Now

from members.models.organisations import Organisation, OrganisationUser
from members.models.people import User

BYTES = 24  # of the token: 192 bit


def new_token() -> str:
    return secrets.token_urlsafe(BYTES)


def hash_of(token: str) -> str:
    """Of the token only this is stored: who reads the database cannot accept anything."""
    return hashlib.sha256(f"invitation {token}".encode()).hexdigest()


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(accepted_at=None, revoked_at=None)

    def open_at(self, now: datetime):
        """Can be accepted: in time, not taken back, and whoever invited still has an account here."""
        return self.unanswered().filter(expires_at__gt=now, invited_by__is_active=True)


class Invitation(models.Model):
    """Somebody is asked by mail to act for an organisation; whoever opens the link has proven the mailbox."""

    LIFETIME = timedelta(days=7)

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name="Organisation"
    )
    email = models.EmailField("E-Mail-Adresse")  # lower case, trimmed
    role = models.CharField("Rolle", max_length=10, choices=OrganisationUser.Role)
    token_hash = models.CharField("Prüfwert des Links", max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="eingeladen von")
    created_at = models.DateTimeField("eingeladen", db_default=Now())
    expires_at = models.DateTimeField("gilt bis")
    accepted_at = models.DateTimeField("angenommen", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="angenommen von"
    )
    revoked_at = models.DateTimeField("zurückgezogen", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "Einladung"
        verbose_name_plural = "Einladungen"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_lower"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
                name="invitation_accepted_is_whole",
            ),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} für {self.organisation}"
