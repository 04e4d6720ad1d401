"""What a row of the table of personal data is made of (govtech_portal/personal_data.py)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices


class Person(TextChoices):
    """Categories of persons."""

    VISITOR = "visitor", "wer ein Formular absendet"
    SUBSCRIBER = "subscriber", "wer Benachrichtigungen bestellt"
    RECIPIENT = "recipient", "wer eine Mail angefordert hat"
    ACCOUNT = "account", "wer ein Konto hat"
    INVITED = "invited", "wer zu einem Konto eingeladen ist"
    CONTACT = "contact", "Ansprechpersonen"
    REPORTER = "reporter", "wer Nutzung oder Interesse meldet"


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


def fields_of(model: str, names: str) -> tuple[str, ...]:
    return tuple(f"{model}.{name}" for name in names.split())


CONSENT = "Artikel 6 Absatz 1 Buchstabe a DSGVO (Einwilligung)"
PROOF = "Artikel 6 Absatz 1 Buchstabe c mit Artikel 7 Absatz 1 DSGVO (Pflicht zum Nachweis)"
SECURITY = "Artikel 6 Absatz 1 Buchstabe e oder f DSGVO (Schutz der Website)"
ACCESS = "Artikel 6 Absatz 1 Buchstabe b oder e DSGVO (Nutzung des Kontos)"
RECORD = "Artikel 6 Absatz 1 Buchstabe e oder f DSGVO (Nachweis von Änderungen)"
PUBLIC = "Artikel 6 Absatz 1 Buchstabe e oder f DSGVO (Zusammenarbeit der Verwaltung)"

LEAVE, CLOSE, ASK = "abmelden", "das Konto schließen lassen", "uns schreiben"
