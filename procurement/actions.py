"""The verbs of procurement. No timer moves a market exploration: its states are dates that these verbs set.

What a deadline decides, the database's clock decides in the WHERE of the write itself, so two officers at once
or a slow request cannot pass it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from catalogue.actions import RuleBroken
from members.clock import DatabaseClock, database_now
from members.models import User
from members.regions.following import Moves
from procurement.models import Clarification, MarketExploration, Tender

State = MarketExploration.State
ALWAYS_EDITABLE = {"solutions", "source", "is_fictitious"}  # the rest is fixed once it is reviewed
NEEDED = {
    "summary": "was gesucht wird, in zwei Sätzen",
    "need": "der Bedarf",
    "legal_basis": "die Rechtsgrundlage",
    "contact": "ein Kontakt",
    "responses_due_at": "die Frist für Rückmeldungen",
}
EXPLORATIONS, TENDERS = "procurement.change_marketexploration", "procurement.change_tender"


@transaction.atomic
def request_review(*, exploration: MarketExploration, by: User) -> MarketExploration:
    """Give a draft to somebody else for opening. Raises RuleBroken while something that bidders need is missing."""
    _may(by, EXPLORATIONS)
    locked = MarketExploration.objects.select_for_update().get(pk=exploration.pk)
    _only_from(locked, State.DRAFT)
    _complete(locked)
    return _write(
        exploration,
        MarketExploration.objects.filter(opened_at=None),
        review_requested_at=DatabaseClock(),
        author=locked.author or by,
    )


@transaction.atomic
def write_exploration(
    *, exploration: MarketExploration, by: User, fields: Collection[str] | None = None
) -> MarketExploration:
    """Keep what was edited: all of a new one, else these fields. Whoever writes a draft becomes its author.

    Raises RuleBroken when meanwhile it is no draft any more: what was reviewed is what is opened.
    """
    _may(by, EXPLORATIONS)
    exploration.changed_at = database_now()
    if fields is None:
        exploration.author = by
        exploration.save()
        return exploration
    locked = MarketExploration.objects.select_for_update().get(pk=exploration.pk)
    columns = {field.name for field in MarketExploration._meta.concrete_fields}
    written = {*(set(fields) & columns), "changed_at"}
    if not set(fields) <= ALWAYS_EDITABLE:
        _only_from(locked, State.DRAFT)
        exploration.author = by
        written.add("author")
    exploration.save(update_fields=written)
    return exploration


@transaction.atomic
def return_to_draft(*, exploration: MarketExploration, by: User) -> MarketExploration:
    """Out of review again, for changes."""
    _may(by, EXPLORATIONS)
    _only_from(exploration, State.IN_REVIEW)
    return _write(exploration, MarketExploration.objects.filter(opened_at=None), review_requested_at=None)


@transaction.atomic
def open_exploration(*, exploration: MarketExploration, by: User) -> MarketExploration:
    """Publish it. Another person than its author opens (Vier-Augen-Prinzip), and the deadline lies ahead."""
    _may(by, EXPLORATIONS)
    locked = MarketExploration.objects.select_for_update().get(pk=exploration.pk)
    _only_from(locked, State.IN_REVIEW)
    _complete(locked)
    if locked.author_id == by.pk:
        raise RuleBroken("Die eigene Markterkundung kann man nicht selbst veröffentlichen. Bitte geben Sie sie weiter.")
    return _write(
        exploration,
        MarketExploration.objects.filter(opened_at=None, responses_due_at__gt=DatabaseClock()),
        otherwise="Die Frist für Rückmeldungen ist schon vorbei. Bitte setzen Sie eine neue.",
        opened_at=DatabaseClock(),
    )


@transaction.atomic
def extend_deadline(
    *,
    exploration: MarketExploration,
    responses_due_at: datetime,
    questions_due_at: datetime | None = None,
    by: User,
) -> MarketExploration:
    """Only while it is open, and only to a later moment: a deadline is never shortened (equal treatment)."""
    _may(by, EXPLORATIONS)
    _only_from(exploration, State.PUBLISHED)
    if questions_due_at and questions_due_at > responses_due_at:
        raise RuleBroken("Die Frist für Fragen kann nicht nach der Frist für Rückmeldungen enden.")
    rows = MarketExploration.objects.filter(
        opened_at__lte=DatabaseClock(),
        withdrawn_at=None,
        responses_due_at__gt=DatabaseClock(),
        responses_due_at__lt=responses_due_at,
    )
    changes: dict[str, Any] = {"responses_due_at": responses_due_at}
    if questions_due_at:
        rows = rows.exclude(questions_due_at__gt=questions_due_at)
        changes["questions_due_at"] = questions_due_at
    return _write(
        exploration,
        rows,
        otherwise="Eine laufende Frist kann nur verlängert werden, nicht verkürzt und nicht nach ihrem Ablauf.",
        **changes,
    )


@transaction.atomic
def withdraw_exploration(*, exploration: MarketExploration, reason: str, by: User) -> MarketExploration:
    """Take it back for everybody to see, with the reason; it stays readable."""
    _may(by, EXPLORATIONS)
    _only_from(exploration, State.PUBLISHED, State.CLOSED)
    if not reason.strip():
        raise RuleBroken("Bitte nennen Sie den Grund. Er wird veröffentlicht.")
    return _write(
        exploration,
        MarketExploration.objects.filter(opened_at__lte=DatabaseClock(), withdrawn_at=None, result_published_at=None),
        withdrawn_at=DatabaseClock(),
        withdrawn_reason=reason.strip(),
    )


@transaction.atomic
def publish_result(*, exploration: MarketExploration, result_summary: str, by: User) -> MarketExploration:
    """Tell everybody what came of it, once the deadline has passed."""
    _may(by, EXPLORATIONS)
    _only_from(exploration, State.CLOSED)
    if not result_summary.strip():
        raise RuleBroken("Bitte fassen Sie das Ergebnis zusammen, ohne Namen der Teilnehmenden.")
    return _write(
        exploration,
        MarketExploration.objects.filter(
            responses_due_at__lte=DatabaseClock(), withdrawn_at=None, result_published_at=None
        ),
        result_published_at=DatabaseClock(),
        result_summary=result_summary.strip(),
    )


@transaction.atomic
def write_clarification(
    *, clarification: Clarification, by: User, fields: Collection[str] | None = None
) -> Clarification:
    """Keep a question and the draft of its answer. Raises RuleBroken once it is published: all have read it."""
    _may(by, EXPLORATIONS)
    if clarification.pk and not Clarification.objects.select_for_update().filter(
        pk=clarification.pk, published_at=None
    ):
        raise RuleBroken(
            "Diese Antwort ist veröffentlicht und lässt sich nicht mehr ändern. Stellen Sie eine neue ein."
        )
    clarification.changed_at = database_now()
    clarification.save(update_fields=None if fields is None else {*fields, "changed_at"})
    return clarification


@transaction.atomic
def publish_clarification(*, clarification: Clarification, by: User) -> Clarification:
    """Tell all what one was told (equal treatment). Only while the exploration is open or being evaluated."""
    _may(by, EXPLORATIONS)
    _only_from(clarification.exploration, State.PUBLISHED, State.CLOSED)
    if not clarification.answer.strip():
        raise RuleBroken("Bitte schreiben Sie zuerst die Antwort.")
    unpublished = Clarification.objects.filter(pk=clarification.pk, published_at=None).exclude(answer="")
    if not unpublished.update(published_at=DatabaseClock(), changed_at=DatabaseClock()):
        raise RuleBroken("Diese Antwort ist schon veröffentlicht.")
    clarification.refresh_from_db()
    return clarification


@transaction.atomic
def conclude_without_tender(*, exploration: MarketExploration, by: User) -> MarketExploration:
    """Say that no tender follows. Not while one is linked: then it did lead to a tender."""
    _may(by, EXPLORATIONS)
    _only_from(exploration, State.EVALUATED)
    return _write(
        exploration,
        MarketExploration.objects.filter(concluded_without_tender_at=None, tenders=None),
        otherwise="Zu dieser Markterkundung gehört eine Ausschreibung, oder sie ist schon ohne eine beendet.",
        concluded_without_tender_at=DatabaseClock(),
    )


@transaction.atomic
def award_tender(*, tender: Tender, by: User, award_note: str = "", awarded_at: datetime | None = None) -> Tender:
    """Record that the contract was awarded; `awarded_at` (aware) when it happened earlier, never in the future."""
    _may(by, TENDERS)
    if awarded_at and awarded_at > database_now():
        raise RuleBroken("Der Zuschlag kann nicht in der Zukunft liegen.")
    rows = Tender.objects.filter(pk=tender.pk, status__in=(Tender.Status.ANNOUNCED, Tender.Status.EVALUATION))
    if not rows.update(
        status=Tender.Status.AWARDED,
        awarded_at=awarded_at or DatabaseClock(),
        award_note=award_note.strip(),
        changed_at=DatabaseClock(),
    ):
        tender.refresh_from_db()
        raise RuleBroken(
            f"Diese Ausschreibung ist {tender.get_status_display()}; einen Zuschlag gibt es nur, "
            "solange sie bekannt gemacht oder in Wertung ist."
        )
    tender.refresh_from_db()
    return tender


def _may(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied("Dafür fehlt Ihnen das Recht. Die Rolle „Vergabe“ darf das.")


def _only_from(exploration: MarketExploration, *allowed: State) -> None:
    """For a clear message; the WHERE of the write decides."""
    state = MarketExploration.objects.get(pk=exploration.pk).state_at(database_now())
    if state not in allowed:
        raise RuleBroken(f"Diese Markterkundung ist {state.label}; dieser Schritt geht hier nicht.")


def _complete(exploration: MarketExploration) -> None:
    """Equal treatment (§ 97 (2) GWB): everybody reads the same, so nothing of it may be missing."""
    missing = [label for name, label in NEEDED.items() if not getattr(exploration, name)]
    if missing:
        raise RuleBroken(f"Vor der Veröffentlichung fehlt noch: {', '.join(missing)}.")


def _write(
    exploration: MarketExploration,
    rows: QuerySet[MarketExploration],
    *,
    otherwise: str = "Inzwischen hat jemand anderes diese Markterkundung weitergeführt. Bitte laden Sie die Seite neu.",
    **changes: Any,
) -> MarketExploration:
    if not rows.filter(pk=exploration.pk).update(**changes, changed_at=DatabaseClock()):
        raise RuleBroken(otherwise)
    exploration.refresh_from_db()
    return exploration


@transaction.atomic
def follow_regions(*, moves: Moves) -> dict[str, int]:
    """A reform of the regions: explorations follow to the region that goes on; returns how many."""
    concerned = MarketExploration.objects.filter(region__in=moves.keys())
    rows = [MarketExploration(pk=pk, region_id=moves[old]) for pk, old in concerned.values_list("pk", "region_id")]
    MarketExploration.objects.bulk_update(rows, ["region"])
    return {"Markterkundungen": len(rows)} if rows else {}
