"""What somebody who reported takes along (Article 15 and 20 DSGVO): all that is stored of the address."""

from typing import Any

from catalogue.actions.reports import MAILS
from catalogue.models import PracticeReport, TransferContact, UseReport
from members.models import OutgoingMail

EXPORTED: dict[str, str] = {
    "solution": "Lösung",
    "region": "Region",
    "organisation": "Organisation",
    "kind": "Art der Meldung",
    "note": "Anmerkung",
    "email": "E-Mail-Adresse",
    "may_be_shown": "Einverstanden, vor einer Vereinbarung gezeigt zu werden",
    "consent_wording": "Wortlaut der Einwilligung (Fassung)",
    "public_id": "Kennung in Links",
    "epoch": "Ausgabe der Links",
    "created_at": "gemeldet",
    "confirmation_sent_at": "Bestätigungsmail geschrieben",
    "confirmed_at": "Adresse bestätigt",
    "decision": "Entscheidung",
    "decided_at": "entschieden",
    "reason": "Begründung",
}


def export_of_reporter(email: str) -> dict[str, Any]:
    """Ready for JSON, in four statements whatever it holds."""
    reports = UseReport.objects.filter(email=email).select_related("solution", "region", "organisation").order_by("pk")
    contacts = TransferContact.objects.filter(email=email).select_related("transfer__solution", "transfer__region")
    practice = PracticeReport.objects.filter(email=email).select_related("transfer__solution", "transfer__region")
    mails = OutgoingMail.objects.filter(to=email, purpose__in=MAILS).order_by("pk")
    return {
        "Meldungen": [{words: _plain(getattr(row, name)) for name, words in EXPORTED.items()} for row in reports],
        "Wir fragen Sie zu": [str(row.transfer) for row in contacts.order_by("pk")],
        "Praxisberichte": [str(row) for row in practice.order_by("pk")],
        "Mails an Sie": [{"Betreff": row.subject, "Text": row.text, "zugestellt": row.sent_at} for row in mails],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)
