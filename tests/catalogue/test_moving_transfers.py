"""Moving a transfer: each step is kept, and a confirmation has its date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue.actions import (
    ConsentMissing,
    EvidenceMissing,
    TransferExists,
    describe_transfer,
    move_transfer,
    record_transfer,
    take_back_move,
    would_arrive,
)
from catalogue.models import Arrival, Solution, Transfer
from members.models import Organisation


@pytest.fixture
def solution(db) -> Solution:
    return Solution.objects.create(
        slug="llmoin", title="LLMoin", summary="Hilft.", number=1, editorial_status="published",
        published_at=timezone.now(),
    )  # fmt: skip


def test_each_step_is_kept_with_who_when_and_why(solution, regions, editor, approver):
    transfer = record_transfer(
        solution=solution, region=regions["07"], by=editor, stage="interest", note="Anruf", verification="unverified"
    )
    move_transfer(transfer=transfer, by=approver, stage="agreed", verification="verified", evidence="Vertrag")

    moves = transfer.moves.values_list("stage", "verification", "by__email", "note", "evidence")
    assert list(moves) == [
        ("interest", "unverified", editor.email, "Anruf", ""),
        ("agreed", "verified", approver.email, "", "Vertrag"),
    ]


def test_confirming_again_renews_the_confirmation(solution, regions, editor):
    long_ago = timezone.now() - timedelta(days=500)
    live = {"stage": "live", "verification": "verified", "evidence": "Vertrag"}
    transfer = record_transfer(solution=solution, region=regions["07"], by=editor, at=long_ago, **live)
    assert transfer.verified_at == long_ago
    move_transfer(transfer=transfer, by=editor, **live)

    assert timezone.now() - transfer.verified_at < timedelta(minutes=1)
    assert Arrival.objects.get().arrived_at == long_ago


def test_taking_back_restores_what_stood_before(solution, regions, editor, settings):
    settings.UNDO_SECONDS = 300
    long_ago = timezone.now() - timedelta(days=30)
    transfer = record_transfer(
        solution=solution,
        region=regions["07"],
        by=editor,
        at=long_ago,
        stage="rollout",
        verification="verified",
        evidence="Vertrag",
    )
    move = move_transfer(transfer=transfer, by=editor, stage="ended", verification="unverified")
    take_back_move(move=move, by=editor)

    transfer.refresh_from_db()
    assert (transfer.stage, transfer.verification, transfer.verified_at) == ("rollout", "verified", long_ago)
    assert Arrival.objects.standing().count() == 1


def test_facts_stand_on_the_row_of_a_place_that_counts(solution, regions, editor):
    transfer = record_transfer(
        solution=solution,
        region=regions["071110000000"],
        by=editor,
        stage="live",
        verification="verified",
        evidence="Vertrag",
    )
    assert transfer.region == regions["07111"]


def test_whether_it_would_be_news_is_known_before(solution, regions, editor):
    state = {"stage": "live", "verification": "verified"}
    assert would_arrive(solution=solution, region=regions["020000000000"], **state) is True
    assert would_arrive(solution=solution, region=regions["02"], stage="live", verification="unverified") is False
    record_transfer(solution=solution, region=regions["02"], by=editor, evidence="Vertrag", **state)
    assert would_arrive(solution=solution, region=regions["020000000000"], **state) is False


def test_describing_moves_nothing(solution, regions, editor):
    partner = Organisation.objects.create(slug="partner", name="Partner", kind="company")
    transfer = record_transfer(solution=solution, region=regions["07"], by=editor, stage="live")
    describe_transfer(transfer=transfer, by=editor, scaling_partner=partner, scope="alle Ämter")

    assert (transfer.scaling_partner, transfer.scope, transfer.moves.count()) == (partner, "alle Ämter", 1)
    with pytest.raises(TypeError):
        describe_transfer(transfer=transfer, by=editor, stage="ended")


def test_verified_names_what_it_rests_on_whoever_says_it(solution, regions, editor):
    transfer = record_transfer(solution=solution, region=regions["07"], by=editor, stage="live")
    for evidence in ("", "  "):
        with pytest.raises(EvidenceMissing):
            move_transfer(transfer=transfer, by=editor, stage="live", verification="verified", evidence=evidence)
        with pytest.raises(EvidenceMissing):
            record_transfer(
                solution=solution, region=regions["02"], by=editor, stage="live", verification="verified",
                evidence=evidence,
            )  # fmt: skip
    assert (transfer.moves.count(), solution.transfers.count()) == (1, 1)


def test_an_own_word_has_its_date_and_loses_it_with_the_next_step(solution, regions, editor):
    transfer = record_transfer(
        solution=solution, region=regions["07"], by=editor, stage="live", verification="self_declared"
    )
    assert (transfer.confirmed_at, transfer.verified_at) == (transfer.declared_at, None)
    move_transfer(transfer=transfer, by=editor, stage="live", verification="verified", evidence="Vertrag")
    assert (transfer.confirmed_at, transfer.declared_at) == (transfer.verified_at, None)
    move_transfer(transfer=transfer, by=editor, stage="live", verification="unverified")
    assert transfer.confirmed_at is None


def test_what_is_shown_early_has_a_consent_whoever_says_it(solution, regions, editor):
    transfer = record_transfer(solution=solution, region=regions["07"], by=editor, stage="interest")
    with pytest.raises(ConsentMissing):
        describe_transfer(transfer=transfer, by=editor, is_public=True)
    with pytest.raises(ConsentMissing):
        record_transfer(
            solution=solution, region=regions["02"], by=editor, stage="interest", is_public=True, consent_by="Amt"
        )
    describe_transfer(transfer=transfer, by=editor, is_public=True, consent_by="Amt", consent_on=date(2026, 11, 1))
    describe_transfer(transfer=transfer, by=editor, scope="nur Bauamt")
    assert (transfer.is_public, transfer.consent_by) == (True, "Amt")


def test_a_closed_one_does_not_open_beside_another(solution, regions, editor):
    closed = record_transfer(solution=solution, region=regions["07"], by=editor, stage="declined")
    record_transfer(solution=solution, region=regions["07"], by=editor, stage="interest")
    with pytest.raises(TransferExists):
        move_transfer(transfer=closed, by=editor, stage="interest", verification="unverified")
    assert closed.moves.count() == 1


@pytest.mark.parametrize(
    ("then", "now", "months"),
    [
        (datetime(2025, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC), 0),
        (datetime(2025, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 13, tzinfo=UTC), 12),
        (datetime(2025, 9, 20, 12, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC), 14),
        (datetime(2025, 9, 25, 12, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC), 13),
        (None, datetime(2026, 11, 24, tzinfo=UTC), 0),
    ],
)
def test_months_without_a_confirmation_are_whole_ones(then, now, months):
    assert Transfer(verification="self_declared", declared_at=then).months_unconfirmed(now) == months
