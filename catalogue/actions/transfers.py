"""Moving transfers. The dated `Arrival` row that a move may write is the event; nobody is called from here."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from catalogue.models import Arrival, Solution, Transfer, TransferMove
from members.clock import DatabaseClock, database_now
from members.models import Organisation, Region, User

DETAILS = {
    "consent_by",
    "consent_on",
    "from_transfer",
    "is_public",
    "live_since",
    "live_since_precision",
    "ended_on",
    "reuse_path",
    "scaling_partner",
    "scope",
    "source",
}
CONSENT = ("is_public", "consent_by", "consent_on")


class TransferExists(ValueError):
    """The same organisation already takes over this solution in this region."""


class EvidenceMissing(ValueError):
    """Somebody calls a transfer verified and does not say how it was verified."""


class ConsentMissing(ValueError):
    """Interest is to be shown before an agreement, and nobody wrote down who agreed to that, and when."""


class TooLate(ValueError):
    """The undo window has passed: subscribers are being told."""


def would_arrive(*, solution: Solution, region: Region, stage: str, verification: str) -> bool:
    """Whether moving to this state is news: the first verified agreed, rollout or live in exactly this row."""
    return (
        stage in Transfer.ARRIVED
        and verification == Transfer.Verification.VERIFIED
        and not Arrival.objects.standing().filter(solution=solution, region=region.counted()).exists()
    )


@transaction.atomic
def record_transfer(
    *,
    solution: Solution,
    region: Region,
    organisation: Organisation | None = None,
    stage: str,
    verification: str = Transfer.Verification.UNVERIFIED,
    by: User | None,
    note: str = "",
    evidence: str = "",
    at: datetime | None = None,
    **details: Any,
) -> Transfer:
    """Take down that a region takes over a solution, with its first move.

    `at` is for a backlog that happened earlier (aware datetime); details are the descriptive fields of Transfer.
    Raises TransferExists when this organisation already has an open transfer there, EvidenceMissing, ConsentMissing.
    """
    _check_details(details)
    transfer = Transfer(
        solution=solution,
        region=region.counted(),
        organisation=organisation,
        stage=stage,
        verification=Transfer.Verification.UNVERIFIED,
        **details,
    )
    _save_once(transfer)
    move_transfer(transfer=transfer, stage=stage, verification=verification, by=by, note=note, evidence=evidence, at=at)
    return transfer


@transaction.atomic
def move_transfer(
    *,
    transfer: Transfer,
    stage: str,
    verification: str,
    by: User | None,
    note: str = "",
    evidence: str = "",
    at: datetime | None = None,
    takes_back: TransferMove | None = None,
    confirmed_at: datetime | None = None,
) -> TransferMove:
    """Append a move and set stage and verification; write the arrival when this is the first verified use.

    Raises EvidenceMissing: each move that says "verified" names what it rests on (an undo says what stood before);
    TransferExists when a closed one would open beside another.
    """
    verified = verification == Transfer.Verification.VERIFIED
    if verified and not evidence.strip() and takes_back is None:
        raise EvidenceMissing("„bestätigt“ braucht einen Nachweis: Link, Aktenzeichen oder wer es bestätigt hat.")
    locked = Transfer.objects.select_for_update(of=("self",)).select_related("region", "solution").get(pk=transfer.pk)
    now = at or database_now()
    move = TransferMove.objects.create(
        transfer=locked, stage=stage, verification=verification, by=by, note=note, evidence=evidence,
        takes_back=takes_back, at=now,
    )  # fmt: skip
    # changed_at says when it was written, of a backlog too: lists and harvesters catch up by it
    locked.stage, locked.verification, locked.changed_at = stage, verification, database_now()
    declared = verification == Transfer.Verification.SELF_DECLARED
    locked.verified_at = (confirmed_at or now) if verified else None  # confirming again counts anew
    locked.declared_at = (confirmed_at or now) if declared else None
    _save_once(locked, ["stage", "verification", "verified_at", "declared_at", "changed_at"])
    transfer.refresh_from_db()
    if stage in Transfer.ARRIVED and verified:
        # set-based and conflict-free: two editors at once make one arrival
        Arrival.objects.bulk_create(
            [Arrival(solution=locked.solution, region=locked.region, transfer=locked, arrived_at=now)],
            ignore_conflicts=True,
        )
    return move


@transaction.atomic
def take_back_move(*, move: TransferMove, by: User, note: str = "zurückgenommen") -> TransferMove:
    """Undo the latest move of a transfer within the undo window; subscribers are never told of it.

    The database's clock decides in the write itself. Raises TooLate when the window has passed, TransferExists when
    the place has another open transfer by now.
    """
    transfer = Transfer.objects.select_for_update().get(pk=move.transfer_id)
    latest, *earlier = transfer.moves.order_by("-pk")[:2]
    window = timedelta(seconds=settings.UNDO_SECONDS)
    if latest.pk != move.pk or latest.takes_back_id:
        raise TooLate("Inzwischen gibt es einen neueren Schritt. Nur der letzte kann zurückgenommen werden.")
    arrival = Arrival.objects.standing().filter(transfer=transfer, arrived_at=move.at)
    taken_back = arrival.filter(arrived_at__gt=DatabaseClock() - window).update(taken_back_at=DatabaseClock())
    if not taken_back and (arrival.exists() or move.at <= database_now() - window):
        raise TooLate("Die Frist zum Zurücknehmen ist abgelaufen. Bitte erfassen Sie den richtigen Stand.")
    before = earlier[0] if earlier else None
    return move_transfer(
        transfer=transfer,
        stage=before.stage if before else Transfer.Stage.DECLINED,
        verification=before.verification if before else Transfer.Verification.UNVERIFIED,
        by=by,
        note=note,
        evidence=before.evidence if before else "",
        takes_back=move,
        confirmed_at=before.at if before else None,
    )


@transaction.atomic
def describe_transfer(*, transfer: Transfer, by: User, **details: Any) -> Transfer:
    """Change what describes a transfer without moving it. Raises ConsentMissing."""
    _check_details(details, transfer)
    Transfer.objects.filter(pk=transfer.pk).update(**details, changed_at=DatabaseClock())
    transfer.refresh_from_db()
    return transfer


def _save_once(transfer: Transfer, fields: list[str] | None = None) -> None:
    """The database holds that a place has one open transfer of a solution and organisation."""
    try:
        with transaction.atomic():
            transfer.save(update_fields=fields)
    except IntegrityError as error:
        if "transfer_once_while_open" not in str(error):
            raise
        who = transfer.organisation or "dieselbe Stelle"
        raise TransferExists(
            f"„{transfer.solution}“ in {transfer.region} durch {who} ist schon erfasst. Bitte dort den Stand "
            "weiterführen."
        ) from error


def _check_details(details: dict[str, Any], transfer: Transfer | None = None) -> None:
    unknown = set(details) - DETAILS
    if unknown:
        raise TypeError(f"not a descriptive field of Transfer: {', '.join(sorted(unknown))}")
    shown, by, on = (details.get(name, getattr(transfer, name, None)) for name in CONSENT)
    if shown and not (by and on):
        raise ConsentMissing("Vor der Vereinbarung zeigen wir nur, wozu jemand eingewilligt hat: von wem und wann?")
