"""Moving a transfer: each step is kept, and a confirmation has its date."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.actions import describe_transfer, move_transfer, record_transfer, take_back_move, would_arrive
from catalogue.models import Arrival, Solution
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
    live = {"stage": "live", "verification": "verified"}
    transfer = record_transfer(solution=solution, region=regions["07"], by=editor, at=long_ago, **live)
    assert transfer.verified_at == long_ago
    move_transfer(transfer=transfer, by=editor, **live)

    assert timezone.now() - transfer.verified_at < timedelta(minutes=1)
    assert Arrival.objects.get().arrived_at == long_ago


def test_taking_back_restores_what_stood_before(solution, regions, editor, settings):
    settings.UNDO_SECONDS = 300
    long_ago = timezone.now() - timedelta(days=30)
    transfer = record_transfer(
        solution=solution, region=regions["07"], by=editor, at=long_ago, stage="rollout", verification="verified"
    )
    move = move_transfer(transfer=transfer, by=editor, stage="ended", verification="unverified")
    take_back_move(move=move, by=editor)

    transfer.refresh_from_db()
    assert (transfer.stage, transfer.verification, transfer.verified_at) == ("rollout", "verified", long_ago)
    assert Arrival.objects.standing().count() == 1


def test_facts_stand_on_the_row_of_a_place_that_counts(solution, regions, editor):
    transfer = record_transfer(
        solution=solution, region=regions["071110000000"], by=editor, stage="live", verification="verified"
    )
    assert transfer.region == regions["07111"]


def test_whether_it_would_be_news_is_known_before(solution, regions, editor):
    state = {"stage": "live", "verification": "verified"}
    assert would_arrive(solution=solution, region=regions["020000000000"], **state) is True
    assert would_arrive(solution=solution, region=regions["02"], stage="live", verification="unverified") is False
    record_transfer(solution=solution, region=regions["02"], by=editor, **state)
    assert would_arrive(solution=solution, region=regions["020000000000"], **state) is False


def test_describing_moves_nothing(solution, regions, editor):
    partner = Organisation.objects.create(slug="partner", name="Partner", kind="company")
    transfer = record_transfer(solution=solution, region=regions["07"], by=editor, stage="live")
    describe_transfer(transfer=transfer, by=editor, scaling_partner=partner, scope="alle Ämter")

    assert (transfer.scaling_partner, transfer.scope, transfer.moves.count()) == (partner, "alle Ämter", 1)
    with pytest.raises(TypeError):
        describe_transfer(transfer=transfer, by=editor, stage="ended")
