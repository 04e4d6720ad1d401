"""Every field with personal data, in one table: about whom, what for, on which basis, how long, and the way out.

The page /datenschutz/ shows this table, so what we say and what we know to store are the same. A test fails for a
field that looks personal and stands neither here nor among those that are not, with a reason. Spans are taken from
the verbs that delete; a test lets each of them pass.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import TextChoices

from members.limits import KEPT as COUNTS_KEPT
from members.retention import CONFIRMATION_KEPT, LOG_KEPT, MAIL_KEPT
from subscriptions.actions.leaving import TOLD_KEPT, UNCONFIRMED_KEPT


class Person(TextChoices):
    """Categories of persons."""

    VISITOR = "visitor", "wer ein Formular absendet"
    SUBSCRIBER = "subscriber", "wer Benachrichtigungen bestellt"
    RECIPIENT = "recipient", "wer eine Mail angefordert hat"
    ACCOUNT = "account", "wer ein Konto hat"
    CONTACT = "contact", "Ansprechpersonen"


@dataclass(frozen=True)
class Retention:
    """How long. `by_clock` is what a task deletes by itself, counted from the moment that the words name."""

    words: str
    by_clock: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """A row of the table: a kind of data and the fields that hold it."""

    what: str
    fields: tuple[str, ...]  # "subscriptions.Subscriber.email"
    who: Person
    purpose: str
    basis: str
    retention: Retention
    way_out: str


def _of(model: str, names: str) -> tuple[str, ...]:
    return tuple(f"{model}.{name}" for name in names.split())


_DISPATCH = "key due_at attempts sent_at failed_at last_error"

CONSENT = "Artikel 6 Absatz 1 Buchstabe a DSGVO (Einwilligung)"
PROOF = "Artikel 6 Absatz 1 Buchstabe c mit Artikel 7 Absatz 1 DSGVO (Pflicht zum Nachweis)"
SECURITY = "Artikel 6 Absatz 1 Buchstabe e oder f DSGVO (Schutz der Website)"
ACCESS = "Artikel 6 Absatz 1 Buchstabe b oder e DSGVO (Nutzung des Kontos)"
RECORD = "Artikel 6 Absatz 1 Buchstabe e oder f DSGVO (Nachweis von Änderungen)"
PUBLIC = "Artikel 6 Absatz 1 Buchstabe e oder f DSGVO (Zusammenarbeit der Verwaltung)"

HOUR = Retention(f"{COUNTS_KEPT // timedelta(hours=1)} Stunden", COUNTS_KEPT)
UNTIL_LEAVING = Retention(f"bis Sie sich abmelden; ohne Bestätigung {UNCONFIRMED_KEPT.days} Tage", UNCONFIRMED_KEPT)
TOLD = Retention(f"bis Sie sich abmelden, höchstens {TOLD_KEPT.days} Tage nach dem Versand", TOLD_KEPT)
MAIL = Retention(
    f"{MAIL_KEPT.days} Tage nach dem letzten Versuch; Bestätigungsmails höchstens {UNCONFIRMED_KEPT.days} Tage",
    MAIL_KEPT,
)
_SESSION = timedelta(seconds=settings.SESSION_COOKIE_AGE)
SESSION = Retention(f"bis zum Abmelden; ohne Nutzung höchstens {_SESSION // timedelta(hours=1)} Stunden", _SESSION)
CONFIRMATION = Retention(f"{CONFIRMATION_KEPT.days} Tage", CONFIRMATION_KEPT)
LOG = Retention(f"{LOG_KEPT.days // 365} Jahre", LOG_KEPT)
WHILE_OPEN = Retention("bis das Konto geschlossen wird")
FOR_EVER = Retention("dauerhaft; ist das Konto geschlossen, ohne Ihren Namen")
WHILE_SHOWN = Retention("solange Sie als Ansprechperson genannt sind")
WHILE_LISTED = Retention("solange die Lösung im Katalog steht")

LEAVE, CLOSE, ASK = "abmelden", "das Konto schließen lassen", "uns schreiben"

TABLE: tuple[PersonalData, ...] = (
    PersonalData(
        what="Zähler gegen Massenanfragen: ein Prüfwert Ihres Netzes, nicht Ihre IP-Adresse",
        fields=_of("members.RequestCount", "key hour count"),
        who=Person.VISITOR,
        purpose="verhindern, dass Programme massenhaft Formulare absenden",
        basis=SECURITY,
        retention=HOUR,
        way_out="nichts: Wir können den Zähler keiner Person zuordnen",
    ),
    PersonalData(
        what="E-Mail-Adresse und eine Kennung für die Links in unseren Mails",
        fields=_of("subscriptions.Subscriber", "email public_id epoch"),
        who=Person.SUBSCRIBER,
        purpose="senden, was Sie bestellt haben",
        basis=CONSENT,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Ihre Organisation, wenn Sie sie angeben",
        fields=_of("subscriptions.Subscriber", "organisation"),
        who=Person.SUBSCRIBER,
        purpose="verstehen, wer mitliest; sie erscheint nirgends",
        basis=CONSENT,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Wortlaut der Einwilligung, Seite und Zeitpunkte von Anmeldung, Bestätigungsmail und Bestätigung",
        fields=_of("subscriptions.Subscriber", "consent_wording consent_page created_at confirmed_at")
        + _of("subscriptions.Subscriber", "confirmation_sent_at"),
        who=Person.SUBSCRIBER,
        purpose="nachweisen, dass Sie eingewilligt haben; höchstens eine Bestätigungsmail am Tag",
        basis=PROOF,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Abonnements: Regionen, Lösungen, Handlungsfelder, Arten von Neuigkeiten, Häufigkeit, Pausen",
        fields=_of("subscriptions.Subscription", "subscriber kinds region directions fields_of_action solution")
        + _of("subscriptions.Subscription", "frequency created_at confirmed_at")
        + _of("subscriptions.Subscriber", "paused_at"),
        who=Person.SUBSCRIBER,
        purpose="senden, was Sie bestellt haben",
        basis=CONSENT,
        retention=UNTIL_LEAVING,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Zu jeder Benachrichtigung: worüber, warum, wann, ob zugestellt",
        fields=_of("subscriptions.Notification", "subscriber announcement reasons frequency digest created_at")
        + _of("subscriptions.Notification", _DISPATCH)
        + _of("subscriptions.Digest", f"subscriber period {_DISPATCH}"),
        who=Person.SUBSCRIBER,
        purpose="keine Mail verlieren und keine zweimal senden",
        basis=CONSENT,
        retention=TOLD,
        way_out=LEAVE,
    ),
    PersonalData(
        what="Adresse, Betreff, Text und Zustellung von Mails, die eine Person angefordert hat",
        fields=_of("members.OutgoingMail", f"to subject text html headers purpose created_at {_DISPATCH}"),
        who=Person.RECIPIENT,
        purpose="bestätigen, Passwort neu setzen; nachsehen, wenn eine Mail nicht ankam",
        basis="für Benachrichtigungen wie dort, für Konten wie dort",
        retention=MAIL,
        way_out="abmelden oder das Konto schließen lassen",
    ),
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
        what="Wer eine Fassung, einen Schritt oder eine Markterkundung geschrieben oder freigegeben hat, mit Anmerkung",
        fields=_of("catalogue.SolutionRevision", "author approver note review_note")
        + _of("catalogue.TransferMove", "by note")
        + _of("procurement.MarketExploration", "author"),
        who=Person.ACCOUNT,
        purpose="nachweisen, dass zwei Personen geprüft haben",
        basis=RECORD,
        retention=FOR_EVER,
        way_out=CLOSE,
    ),
    PersonalData(
        what="Protokoll der Verwaltung: wer wann was geändert hat",
        fields=_of("admin.LogEntry", "user action_time content_type object_id object_repr action_flag change_message"),
        who=Person.ACCOUNT,
        purpose="Fehler und Missbrauch aufklären",
        basis=RECORD,
        retention=LOG,
        way_out=ASK,
    ),
    PersonalData(
        what="Name, Organisation, dienstliche E-Mail-Adresse und Telefonnummer, Kontaktseite, Tag der Wiedervorlage",
        fields=_of("catalogue.SolutionContact", "name organisation email phone url review_due")
        + _of("catalogue.ReusePath", "contact")
        + _of("procurement.MarketExploration", "contact"),
        who=Person.CONTACT,
        purpose="Verwaltungen sollen wissen, wen sie fragen können",
        basis=PUBLIC,
        retention=WHILE_SHOWN,
        way_out=ASK,
    ),
    PersonalData(
        what="Dieselben Angaben in früheren Fassungen eines Steckbriefs (nicht öffentlich)",
        fields=_of("catalogue.SolutionRevision", "content"),
        who=Person.CONTACT,
        purpose="Änderungen nachvollziehen und zurücknehmen",
        basis=RECORD,
        retention=WHILE_LISTED,
        way_out=ASK,
    ),
)

CLASSIFIED: dict[str, PersonalData] = {field: row for row in TABLE for field in row.fields}

# Fields that look personal and are not
NOT_PERSONAL: dict[str, str] = {
    "auth.Group.name": "name of a role",
    "auth.Permission.name": "name of a right",
    "members.Organisation.name": "an authority, a company or an association",
    "members.Organisation.short_name": "an authority, a company or an association",
    "members.Region.name": "name of a place",
    "members.CampusSite.name": "name of a place",
    "members.CampusSite.address": "address of a building of the campus",
    "catalogue.FieldOfAction.name": "name of a field of action",
    "members.OutgoingMail.sender": "number of the process that is sending now",
    "subscriptions.Notification.sender": "number of the process that is sending now",
    "subscriptions.Digest.sender": "number of the process that is sending now",
}


def by_person() -> dict[str, list[PersonalData]]:
    """The table in the groups of the page."""
    return {who.value: [row for row in TABLE if row.who == who] for who in Person}
