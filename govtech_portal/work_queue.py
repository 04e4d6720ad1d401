"""What waits for the campus team, oldest first: the top of the admin's index."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from catalogue.models import (
    ConfirmationRequest,
    PracticeReport,
    SolutionRevision,
    Transfer,
    TransferMove,
    UseReport,
)
from members.clock import database_now
from members.models import DeliveryGate, OutgoingMail, User
from subscriptions.models import Notification

SHOWN = 5


@dataclass(frozen=True)
class Task:
    """One row to work on."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Queue:
    """One kind of work: how much, since when, and where it is done."""

    title: str
    nothing: str  # said when it is empty
    url: str
    count: int
    oldest: datetime | None
    tasks: list[Task] = field(default_factory=list)


def work_queue(user: User | AnonymousUser) -> list[Queue]:
    """The queues this person may see; a fixed number of statements whatever waits."""
    now = database_now()
    return [make(now) for permission, make in QUEUES if user.has_perm(permission)]


def to_release(now: datetime) -> Queue:
    waiting = SolutionRevision.objects.in_review()
    rows = waiting.select_related("solution", "author").order_by("submitted_at", "pk")[:SHOWN]
    tasks = [
        Task(
            str(revision),
            reverse("admin:catalogue_solutionrevision_change", args=[revision.pk]),
            f"von {revision.author}" if revision.author else "eingespielt",
        )
        for revision in rows
    ]
    url = _list("catalogue_solutionrevision", "status__exact=in_review")
    return _queue("Zur Freigabe", "Keine Fassung wartet auf Freigabe.", url, waiting, "submitted_at", tasks)


def reports_to_decide(now: datetime) -> Queue:
    waiting = UseReport.objects.waiting()
    rows = waiting.select_related("solution", "region").order_by("confirmed_at", "pk")[:SHOWN]
    tasks = [Task(str(row), reverse("admin:catalogue_usereport_change", args=[row.pk])) for row in rows]
    url = _list("catalogue_usereport", "stand=wartet")
    return _queue("Meldungen von Nutzung und Interesse", "Keine Meldung wartet.", url, waiting, "confirmed_at", tasks)


def practice_to_release(now: datetime) -> Queue:
    waiting = PracticeReport.objects.submitted()
    rows = waiting.select_related("transfer__solution", "transfer__region").order_by("submitted_at", "pk")[:SHOWN]
    tasks = [Task(str(row.transfer), reverse("admin:catalogue_practicereport_change", args=[row.pk])) for row in rows]
    url = _list("catalogue_practicereport", "status__exact=submitted")
    return _queue("Praxisberichte zu prüfen", "Kein Praxisbericht wartet.", url, waiting, "submitted_at", tasks)


def transfers_denied(now: datetime) -> Queue:
    denied = ConfirmationRequest.objects.denied()
    url = _list("catalogue_transfer", "bestaetigung=nicht-mehr")
    nothing = "Keine Organisation sagt, dass sie aufgehört hat."
    return _queue("Laut Organisation nicht mehr genutzt", nothing, url, denied, "answered_at")


def transfers_to_confirm(now: datetime) -> Queue:
    url = _list("catalogue_transfer", "bestaetigung=offen")
    waiting = Transfer.objects.to_confirm(now)
    return _queue("Zu bestätigende Transfers", "Alle offenen Transfers sind bestätigt.", url, waiting, "changed_at")


def moves_to_take_back(now: datetime) -> Queue:
    moves = TransferMove.objects.undoable(now)
    rows = moves.select_related("transfer__solution", "transfer__region", "by").order_by("at", "pk")[:SHOWN]
    tasks = [
        Task(
            f"{move.transfer}: {move}",
            reverse("admin:catalogue_transfer_change", args=[move.transfer_id]),
            f"von {move.by}" if move.by else "eingespielt",
        )
        for move in rows
    ]
    url = _list("catalogue_transfer", "zuruecknehmen=moeglich")
    return _queue("Im Rückgängig-Fenster", "Kein Schritt lässt sich mehr zurücknehmen.", url, moves, "at", tasks)


def failed_news(now: datetime) -> Queue:
    url = _list("subscriptions_notification", "zustellung=gescheitert")
    failed = Notification.objects.failed()
    return _queue("Nicht zugestellte Benachrichtigungen", "Alles kam an.", url, failed, "failed_at")


def failed_mails(now: datetime) -> Queue:
    url = _list("members_outgoingmail", "zustellung=gescheitert")
    failed = OutgoingMail.objects.failed()
    return _queue("Nicht zugestellte Mails an eine Person", "Alles kam an.", url, failed, "failed_at")


def delivery_held(now: datetime) -> Queue:
    held = DeliveryGate.objects.exclude(held_at=None)
    return _queue("Zustellung angehalten", "Die Zustellung läuft.", reverse("admin:delivery"), held, "held_at")


QUEUES: list[tuple[str, Callable[[datetime], Queue]]] = [
    ("catalogue.view_solutionrevision", to_release),
    ("catalogue.view_usereport", reports_to_decide),
    ("catalogue.view_practicereport", practice_to_release),
    ("catalogue.view_transfer", transfers_denied),
    ("catalogue.view_transfer", transfers_to_confirm),
    ("catalogue.view_transfer", moves_to_take_back),
    ("members.view_deliverygate", delivery_held),
    ("subscriptions.view_notification", failed_news),
    ("members.view_outgoingmail", failed_mails),
]


def _list(model: str, query: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{query}"


def _queue(
    title: str, nothing: str, url: str, rows: QuerySet[Any], moment: str, tasks: list[Task] | None = None
) -> Queue:
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min(moment))
    return Queue(title, nothing, url, found["count"], found["oldest"], tasks or [])
