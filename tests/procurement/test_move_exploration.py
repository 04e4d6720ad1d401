"""A procurement officer takes a market exploration from draft to result; nobody else can, and never out of turn."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.actions import RuleBroken
from members.models import User
from procurement.actions import (
    award_tender,
    conclude_without_tender,
    extend_deadline,
    open_exploration,
    publish_result,
    request_review,
    withdraw_exploration,
)
from procurement.models import MarketExploration

DAY = timedelta(days=1)


@pytest.fixture
def colleague(procurement_officer) -> User:
    """The second pair of eyes, of the same role."""
    colleague = User.objects.create_user("vergabe2@campus.example", is_staff=True)
    colleague.groups.set(procurement_officer.groups.all())
    return colleague


def verbs(exploration: MarketExploration, by: User) -> dict:
    return {
        "request_review": lambda: request_review(exploration=exploration, by=by),
        "open": lambda: open_exploration(exploration=exploration, by=by),
        "extend": lambda: extend_deadline(exploration=exploration, responses_due_at=timezone.now() + 90 * DAY, by=by),
        "withdraw": lambda: withdraw_exploration(exploration=exploration, reason="Grund", by=by),
        "result": lambda: publish_result(exploration=exploration, result_summary="Ergebnis", by=by),
        "conclude": lambda: conclude_without_tender(exploration=exploration, by=by),
    }


ALLOWED = {
    "draft": {"request_review"},
    "in_review": {"open"},
    "published": {"extend", "withdraw"},
    "closed": {"withdraw", "result"},
    "evaluated": {"conclude"},
    "withdrawn": set(),
}


@pytest.mark.parametrize("state", ALLOWED)
def test_each_state_allows_its_own_steps_and_no_other(in_every_state, procurement_officer, state):
    exploration = in_every_state[state]
    possible = set()
    for name, verb in verbs(exploration, procurement_officer).items():
        try:
            with transaction.atomic():
                verb()
                possible.add(name)
                transaction.set_rollback(True)
        except RuleBroken:
            pass
        exploration.refresh_from_db()
    assert possible == ALLOWED[state]


@pytest.mark.parametrize("role", ["editor", "approver", "lead", "outsider"])
def test_without_the_right_nothing_moves(in_every_state, make_tender, request, role):
    person = request.getfixturevalue(role)
    before = list(MarketExploration.objects.order_by("pk").values())
    for state, names in ALLOWED.items():
        for name in names:
            with pytest.raises(PermissionDenied):
                verbs(in_every_state[state], person)[name]()
    tender = make_tender()
    with pytest.raises(PermissionDenied):
        award_tender(tender=tender, by=person)
    assert list(MarketExploration.objects.order_by("pk").values()) == before


def test_a_second_person_opens_it(make_exploration, procurement_officer, colleague):
    exploration = make_exploration(review_requested_at=None)
    request_review(exploration=exploration, by=procurement_officer)
    assert exploration.author == procurement_officer
    with pytest.raises(RuleBroken, match="nicht selbst veröffentlichen"):
        open_exploration(exploration=exploration, by=procurement_officer)
    opened = open_exploration(exploration=exploration, by=colleague)
    assert opened.state_at(timezone.now()) == "published"


@pytest.mark.parametrize("missing", ["summary", "need", "legal_basis", "contact"])
def test_nothing_that_all_must_read_may_be_missing(make_exploration, procurement_officer, missing):
    exploration = make_exploration(review_requested_at=None, **{missing: ""})
    with pytest.raises(RuleBroken, match="fehlt noch"):
        request_review(exploration=exploration, by=procurement_officer)


def test_a_deadline_in_the_past_is_not_opened(make_exploration, procurement_officer):
    exploration = make_exploration(due=-0.1)
    with pytest.raises(RuleBroken, match="schon vorbei"):
        open_exploration(exploration=exploration, by=procurement_officer)
    assert MarketExploration.objects.get().opened_at is None


def test_a_deadline_is_extended_and_never_shortened(make_exploration, procurement_officer, now):
    exploration = make_exploration(opened=-1, due=10)
    for earlier in (now + 9 * DAY, exploration.responses_due_at, now - DAY):
        with pytest.raises(RuleBroken, match="nur verlängert"):
            extend_deadline(exploration=exploration, responses_due_at=earlier, by=procurement_officer)
    extend_deadline(exploration=exploration, responses_due_at=now + 12 * DAY, by=procurement_officer)
    assert MarketExploration.objects.get().responses_due_at == now + 12 * DAY


def test_a_stale_object_does_not_shorten_it_either(make_exploration, procurement_officer, now):
    exploration = make_exploration(opened=-1, due=10)
    MarketExploration.objects.update(responses_due_at=now + 30 * DAY)
    with pytest.raises(RuleBroken, match="nur verlängert"):
        extend_deadline(exploration=exploration, responses_due_at=now + 20 * DAY, by=procurement_officer)


def test_the_deadline_for_questions_moves_with_it_and_only_forward(make_exploration, procurement_officer, now):
    exploration = make_exploration(opened=-1, due=10, questions_due_at=now + 5 * DAY)
    with pytest.raises(RuleBroken):
        extend_deadline(
            exploration=exploration, responses_due_at=now + 12 * DAY, questions_due_at=now + 4 * DAY,
            by=procurement_officer,
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="nicht nach der Frist"):
        extend_deadline(
            exploration=exploration, responses_due_at=now + 12 * DAY, questions_due_at=now + 13 * DAY,
            by=procurement_officer,
        )  # fmt: skip
    extend_deadline(
        exploration=exploration, responses_due_at=now + 12 * DAY, questions_due_at=now + 7 * DAY,
        by=procurement_officer,
    )  # fmt: skip
    assert MarketExploration.objects.get().questions_due_at == now + 7 * DAY


def test_withdrawing_needs_a_reason(in_every_state, procurement_officer):
    with pytest.raises(RuleBroken, match="Grund"):
        withdraw_exploration(exploration=in_every_state["published"], reason="  ", by=procurement_officer)
    done = withdraw_exploration(exploration=in_every_state["published"], reason=" Kein Geld. ", by=procurement_officer)
    assert (done.withdrawn_reason, done.state_at(timezone.now()).value) == ("Kein Geld.", "withdrawn")


def test_a_result_needs_words_and_the_end_of_the_deadline(in_every_state, procurement_officer):
    with pytest.raises(RuleBroken, match="fassen Sie das Ergebnis"):
        publish_result(exploration=in_every_state["closed"], result_summary=" ", by=procurement_officer)
    done = publish_result(exploration=in_every_state["closed"], result_summary="Neun.", by=procurement_officer)
    assert done.state_at(timezone.now()) == "evaluated"
    with pytest.raises(RuleBroken, match="ausgewertet"):
        publish_result(exploration=done, result_summary="Zehn.", by=procurement_officer)


def test_one_that_led_to_a_tender_is_not_concluded_without(in_every_state, make_tender, procurement_officer):
    exploration = in_every_state["evaluated"]
    make_tender().explorations.add(exploration)
    with pytest.raises(RuleBroken, match="gehört eine Ausschreibung"):
        conclude_without_tender(exploration=exploration, by=procurement_officer)


def test_it_is_concluded_once(in_every_state, procurement_officer):
    exploration = conclude_without_tender(exploration=in_every_state["evaluated"], by=procurement_officer)
    assert exploration.concluded_without_tender_at
    with pytest.raises(RuleBroken):
        conclude_without_tender(exploration=exploration, by=procurement_officer)


def test_every_step_counts_as_a_change(in_every_state, procurement_officer):
    before = in_every_state["published"].changed_at
    exploration = withdraw_exploration(exploration=in_every_state["published"], reason="Grund", by=procurement_officer)
    assert exploration.changed_at > before


@pytest.mark.parametrize("status", ["announced", "evaluation"])
def test_a_contract_is_awarded_once(make_tender, procurement_officer, status):
    tender = award_tender(tender=make_tender(status=status), award_note=" Firma ", by=procurement_officer)
    assert (tender.status, tender.award_note) == ("awarded", "Firma")
    assert tender.awarded_at
    with pytest.raises(RuleBroken, match="Zuschlag erteilt"):
        award_tender(tender=tender, by=procurement_officer)


@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_what_is_not_announced_gets_no_award(make_tender, procurement_officer, status):
    with pytest.raises(RuleBroken):
        award_tender(tender=make_tender(status=status), by=procurement_officer)


def test_an_award_does_not_lie_in_the_future(make_tender, procurement_officer):
    with pytest.raises(RuleBroken, match="Zukunft"):
        award_tender(tender=make_tender(), awarded_at=timezone.now() + DAY, by=procurement_officer)


@pytest.mark.parametrize(
    "broken",
    [
        {"opened": 1, "due": 0.5},
        {"opened": -1, "due": 9, "withdrawn": -0.5},
        {"opened": -1, "due": 9, "result": 1, "result_summary": "zu früh"},
    ],
)
def test_the_database_keeps_the_dates_in_order(make_exploration, broken):
    with pytest.raises(IntegrityError):
        make_exploration(**broken)


def test_an_opened_one_has_a_deadline(make_exploration):
    exploration = make_exploration(opened=-1)
    with pytest.raises(IntegrityError):
        MarketExploration.objects.filter(pk=exploration.pk).update(responses_due_at=None)
