"""The rows of the table of personal data about people with an account, and those who are invited to one."""

from datetime import timedelta

from django.conf import settings

from govtech_portal.personal_kinds import ACCESS, CLOSE, SECURITY, Person, PersonalData, Retention
from govtech_portal.personal_kinds import fields_of as _of
from members.accounts import DEVICE_DAYS
from members.models import Invitation
from members.retention import CONFIRMATION_KEPT, INVITATION_KEPT

_SESSION = timedelta(seconds=settings.SESSION_COOKIE_AGE)
SESSION = Retention(f"bis zum Abmelden; ohne Nutzung höchstens {_SESSION // timedelta(hours=1)} Stunden", _SESSION)
CONFIRMATION = Retention(f"{CONFIRMATION_KEPT.days} Tage", CONFIRMATION_KEPT)
WHILE_OPEN = Retention("bis das Konto geschlossen wird")
INVITED = Retention(f"{INVITATION_KEPT.days} Tage nach Ablauf oder Antwort", INVITATION_KEPT + Invitation.LIFETIME)
FOR_THE_DEVICE = Retention(f"{DEVICE_DAYS} Tage nach der letzten Anmeldung, nur auf Ihrem Gerät")

ACCOUNTS: tuple[PersonalData, ...] = (
    PersonalData(
        what="Name und E-Mail-Adressen",
        fields=_of("members.User", "email name") + _of("account.EmailAddress", "user email verified primary"),
        who=Person.ACCOUNT,
        purpose="Sie anmelden und im Team nennen",
        basis=ACCESS,
        retention=WHILE_OPEN,
        way_out=CLOSE,
    ),
    PersonalData(
        what="Passwort als Prüfwert (niemand kann es lesen), angelegt am, letzte Anmeldung",
        fields=_of("members.User", "password date_joined last_login is_active"),
        who=Person.ACCOUNT,
        purpose="Ihr Konto vor Fremden schützen",
        basis=ACCESS,
        retention=WHILE_OPEN,
        way_out=CLOSE,
    ),
    PersonalData(
        what="Rollen und Organisationen, für die Sie handeln",
        fields=_of("members.User", "is_staff is_superuser groups user_permissions")
        + _of("members.OrganisationUser", "user organisation role"),
        who=Person.ACCOUNT,
        purpose="Ihnen zeigen und erlauben, was Ihre Aufgabe ist",
        basis=ACCESS,
        retention=WHILE_OPEN,
        way_out=CLOSE,
    ),
    PersonalData(
        what="Offene Bestätigung einer weiteren E-Mail-Adresse",
        fields=_of("account.EmailConfirmation", "email_address created sent key"),
        who=Person.ACCOUNT,
        purpose="prüfen, dass die Adresse Ihnen gehört",
        basis=ACCESS,
        retention=CONFIRMATION,
        way_out="die Adresse im Konto entfernen",
    ),
    PersonalData(
        what="Sitzung: wer angemeldet ist",
        fields=_of("sessions.Session", "session_key session_data expire_date"),
        who=Person.ACCOUNT,
        purpose="Sie angemeldet halten",
        basis=ACCESS,
        retention=SESSION,
        way_out="sich vom Konto abmelden",
    ),
    PersonalData(
        what="Wo Sie angemeldet sind: Zeitpunkt, Netz (nicht die ganze IP-Adresse), Browser",
        fields=_of("usersessions.UserSession", "user created_at ip last_seen_at session_key user_agent data"),
        who=Person.ACCOUNT,
        purpose="Ihnen zeigen, wo Sie angemeldet sind, damit Sie eine fremde Anmeldung beenden können",
        basis=SECURITY,
        retention=SESSION,
        way_out="die Sitzung beenden",
    ),
    PersonalData(
        what="Zweiter Faktor: Name und öffentlicher Schlüssel eines Passkeys, verschlüsselt der Schlüssel einer App",
        fields=_of("mfa.Authenticator", "user type data created_at last_used_at"),
        who=Person.ACCOUNT,
        purpose="Ihr Konto vor Fremden schützen",
        basis=SECURITY,
        retention=WHILE_OPEN,
        way_out="ihn im Konto entfernen",
    ),
    PersonalData(
        what="Verbindung zum Dienstkonto Ihrer Behörde: dessen Nummer; sonst nichts von dem, was der Dienst mitteilt",
        fields=_of("socialaccount.SocialAccount", "user provider uid last_login date_joined extra_data"),
        who=Person.ACCOUNT,
        purpose="Sie mit dem Dienstkonto anmelden",
        basis=ACCESS,
        retention=WHILE_OPEN,
        way_out="die Verbindung im Konto lösen",
    ),
    PersonalData(
        what="Einladung, für eine Organisation zu handeln: Adresse, Rolle, wer eingeladen hat, Antwort",
        fields=_of("members.Invitation", "organisation email role token_hash invited_by created_at expires_at")
        + _of("members.Invitation", "accepted_at accepted_by revoked_at"),
        who=Person.INVITED,
        purpose="Sie einladen und Ihnen den Zugang geben",
        basis=ACCESS,
        retention=INVITED,
        way_out="nichts tun; die Einladung verfällt",
    ),
)
