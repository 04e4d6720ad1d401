"""What a subscriber takes along (Article 15 and 20 DSGVO): everything that is stored, under the words of the page."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from members.models import OutgoingMail
from subscriptions.actions import mails_to
from subscriptions.models import (
    Announcement,
    Bounce,
    Digest,
    Notification,
    Subscriber,
    Subscription,
    WebhookDelivery,
    WebhookEndpoint,
)
from subscriptions.news import headline
from subscriptions.wording import in_words, kinds_in_words

_DELIVERY = {
    "key": "Kennung der Mail",
    "due_at": "fällig ab",
    "attempts": "Versuche",
    "sent_at": "zugestellt",
    "failed_at": "aufgegeben",
    "last_error": "letzter Fehler",
}
# Every field that is exported, and what it is called there. A field that is missing here fails a test.
EXPORTED: dict[type[Model], dict[str, str]] = {
    Subscriber: {
        "email": "E-Mail-Adresse",
        "public_id": "Kennung in Links",
        "epoch": "Ausgabe der Links",
        "organisation": "Organisation",
        "created_at": "angemeldet",
        "confirmed_at": "bestätigt",
        "paused_at": "pausiert",
        "paused_because": "Grund der Pause",
        "new_email": "gewünschte neue Adresse",
        "new_email_asked_at": "neue Adresse gewünscht",
        "consent_wording": "Wortlaut der Einwilligung (Fassung)",
        "consent_page": "Seite der Anmeldung",
        "confirmation_sent_at": "Bestätigungsmail geschrieben",
    },
    Subscription: {
        "id": "Nummer",
        "kinds": "Arten von Neuigkeiten",
        "region": "Region",
        "directions": "Richtungen",
        "fields_of_action": "Handlungsfelder",
        "stages": "Phasen",
        "levels": "Ebenen",
        "licences": "Lizenzen",
        "operating_models": "Betriebsmodelle",
        "ai": "KI",
        "verifications": "Prüfstatus der Nutzung",
        "sovereignty": "Souveränität",
        "buyers": "Auftraggeber",
        "words": "Suchwörter",
        "query": "Suchanfrage, die daraus entstand",
        "query_version": "Stand der Suchanfrage",
        "neighbours": "Nummern der Nachbarregionen",
        "solution": "Lösung",
        "frequency": "Häufigkeit",
        "created_at": "angelegt",
        "confirmed_at": "bestätigt",
    },
    Notification: {
        "announcement": "Neuigkeit",
        "reasons": "wegen der Abonnements",
        "frequency": "Häufigkeit",
        "digest_id": "in der Sammelmail",
        "created_at": "angelegt",
        **_DELIVERY,
    },
    Digest: {"id": "Nummer", "period": "Zeitraum ab", **_DELIVERY},
    WebhookEndpoint: {
        "public_id": "Kennung",
        "url": "Adresse",
        "secret": "Geheimnis",
        "created_at": "angelegt",
        "failing_since": "scheitert seit",
        "paused_at": "pausiert",
        "paused_because": "Grund der Pause",
    },
    WebhookDelivery: {
        "endpoint": "Webhook",
        "announcement": "Neuigkeit",
        "created_at": "angelegt",
        "status": "Antwort",
        "milliseconds": "Dauer in Millisekunden",
        **_DELIVERY,
    },
    Bounce: {
        "at": "zurückgekommen",
        "is_permanent": "endgültig",
        "status": "Code",
        "diagnostic": "Meldung des Mailservers",
    },
    OutgoingMail: {
        "to": "an",
        "subject": "Betreff",
        "text": "Text",
        "html": "HTML",
        "headers": "Kopfzeilen",
        "purpose": "Zweck",
        "created_at": "angelegt",
        **_DELIVERY,
    },
}
_TOLD = [f"announcement__{name}" for name in ("solution", "exploration", "tender")]


def export_of(subscriber: Subscriber) -> dict[str, Any]:
    """Ready for JSON, in at most nine statements whatever it holds."""
    return {
        "Auszug vom": timezone.now(),
        "Ihre Angaben": _entry(subscriber),
        "Abonnements": [
            {"in Worten": in_words(row), "Neuigkeiten in Worten": kinds_in_words(row), **_entry(row)}
            for row in subscriber.subscriptions.select_related("region", "solution").order_by("pk")
        ],
        "Benachrichtigungen": [_entry(row) for row in subscriber.notifications.select_related(*_TOLD).order_by("pk")],
        "Sammelmails": [_entry(row) for row in subscriber.digests.order_by("pk")],
        "Webhooks": [_entry(row) for row in subscriber.webhooks.all()],
        "Aufrufe Ihrer Webhooks": [_entry(row) for row in _calls(subscriber)],
        "Mails, die zurückkamen": [_entry(row) for row in subscriber.bounces.order_by("pk")],
        "Mails an Sie": [_entry(row) for row in mails_to(subscriber=subscriber).order_by("pk")],
    }


def _calls(subscriber: Subscriber) -> QuerySet[WebhookDelivery]:
    calls = WebhookDelivery.objects.filter(endpoint__subscriber=subscriber)
    return calls.select_related("endpoint", *_TOLD).order_by("pk")


def _entry(row: Model) -> dict[str, Any]:
    names: Mapping[str, str] = EXPORTED[type(row)]
    return {words: _plain(getattr(row, name)) for name, words in names.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Announcement):
        return headline(value)
    return str(value) if isinstance(value, Model) else value
