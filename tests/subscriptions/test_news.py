"""The kinds of news: each fact of the rooms has its kind or a reason why it is none, and each is told once."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from catalogue.actions import record_transfer
from catalogue.models import PracticeReport
from members.models import Organisation, User
from procurement.actions import publish_clarification, write_clarification
from procurement.models import Clarification, MarketExploration
from subscriptions.actions import announce
from subscriptions.models import Announcement, Notification
from subscriptions.news import NEWS, OFFERED, NewsKind

STAMP = "when a row was written or changed: the news is what changed, and has its own date"
WORK = "work that the public does not see"
DEADLINE = "a deadline: seven days before is news, the rest is shown on the page"
HISTORY = "since when or until when something holds: told by the step that said so"
# Every date of a public room: the kinds of news it makes, or why it makes none. A new one fails here until it is said.
DATES: dict[str, set[NewsKind] | str] = {
    "members.Membership.since": HISTORY,
    "members.Membership.until": HISTORY,
    "members.Region.valid_until": "a reform of the regions: subscriptions follow it, nobody is told twice",
    "catalogue.Arrival.arrived_at": {NewsKind.ARRIVAL},
    "catalogue.Arrival.taken_back_at": "takes a fact back before or after it was told",
    "catalogue.Solution.published_at": {NewsKind.SOLUTION_PUBLISHED},
    "catalogue.Solution.changed_at": STAMP,
    "catalogue.SolutionContact.review_due": WORK,
    "catalogue.SolutionRevision.created_at": WORK,
    "catalogue.SolutionRevision.submitted_at": WORK,
    "catalogue.SolutionRevision.released_at": {NewsKind.MAJOR_UPDATE, NewsKind.SOLUTION_RETIRED},
    "catalogue.SearchEntry.changed_at": STAMP,
    "catalogue.Transfer.verified_at": HISTORY,
    "catalogue.Transfer.declared_at": HISTORY,
    "catalogue.Transfer.consent_on": HISTORY,
    "catalogue.Transfer.live_since": HISTORY,
    "catalogue.Transfer.ended_on": "an end is shown in the region and is no reason for a mail",
    "catalogue.Transfer.changed_at": STAMP,
    "catalogue.TransferMove.at": "of all moves the arrival is the news",
    "catalogue.PracticeReport.released_at": {NewsKind.PRACTICE_REPORT},
    "catalogue.PracticeReport.created_at": WORK,
    "catalogue.PracticeReport.submitted_at": WORK,
    "procurement.MarketExploration.review_requested_at": WORK,
    "procurement.MarketExploration.opened_at": {NewsKind.EXPLORATION_OPENED},
    "procurement.MarketExploration.questions_due_at": DEADLINE,
    "procurement.MarketExploration.responses_due_at": {NewsKind.EXPLORATION_DUE},
    "procurement.MarketExploration.result_published_at": {NewsKind.EXPLORATION_RESULT},
    "procurement.MarketExploration.concluded_without_tender_at": "follows from the result that was told",
    "procurement.MarketExploration.withdrawn_at": "shown on the page; who follows reads it with the next news",
    "procurement.MarketExploration.changed_at": STAMP,
    "procurement.Clarification.created_at": WORK,
    "procurement.Clarification.published_at": {NewsKind.CLARIFICATION},
    "procurement.Clarification.changed_at": STAMP,
    "procurement.Tender.announced_on": "the exploration before it was told, the award after it will be",
    "procurement.Tender.awarded_at": {NewsKind.TENDER_AWARDED},
    "procurement.Tender.changed_at": STAMP,
}
NOT_PUBLIC = {  # models that hold nothing that everybody sees
    "members.User", "members.OutgoingMail", "members.RequestCount", "catalogue.UseReport", "catalogue.TransferContact",
    "catalogue.ConfirmationRequest", "catalogue.SolutionProposal",
    "catalogue.PubliccodeFile",
}  # fmt: skip
pytestmark = pytest.mark.django_db


def dates_of(room: str) -> set[str]:
    """Every date of a room's models but those that only the machinery of mail reads."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config(room).get_models()
        if model._meta.label not in NOT_PUBLIC
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField)
    }


@pytest.mark.parametrize("room", ["catalogue", "procurement"])
def test_every_date_of_the_public_rooms_is_news_or_says_why_not(room):
    assert dates_of(room) == {name for name in DATES if name.startswith(f"{room}.")}


def test_the_dates_of_members_that_pages_show_are_judged_too():
    assert {name for name in DATES if name.startswith("members.")} <= dates_of("members")


def test_every_kind_stands_for_a_date():
    kinds = [kind for found in DATES.values() if isinstance(found, set) for kind in found]
    assert sorted(kinds) == sorted(NewsKind) == sorted(NEWS) == sorted(OFFERED)


@pytest.fixture
def exploration(regions, procurement_officer) -> MarketExploration:
    now = timezone.now()
    buyer = Organisation.objects.create(slug="amt", name="Amt", kind="federal")
    return MarketExploration.objects.create(
        slug="ki", title="KI", summary="Kurz.", buyer=buyer, opened_at=now - timedelta(days=3), region=regions["07137"],
        responses_due_at=now + timedelta(days=20),
    )  # fmt: skip


def test_an_answer_is_told_to_all_who_follow_and_once(exploration, subscribe, regions, procurement_officer):
    for email, key, kinds in (
        ("kreis@rlp.example", "07137", ["clarification"]),
        ("hh@hh.example", "02", NewsKind.values),
    ):
        subscribe(email, regions[key], kinds=list(kinds))
    row = Clarification(exploration=exploration, question="Wie viele?", asked_by="Firma")
    row = write_clarification(clarification=row, by=procurement_officer)
    assert announce() == 0
    row.answer = "Zehn."
    write_clarification(clarification=row, by=procurement_officer, fields=["answer"])
    publish_clarification(clarification=row, by=procurement_officer)

    assert (announce(), announce()) == (1, 0)
    told = Notification.objects.get()
    assert (told.subscriber.email, told.announcement.kind) == ("kreis@rlp.example", "clarification")
    assert (told.announcement.exploration, told.announcement.region) == (exploration, regions["07137"])


def test_answers_of_what_was_withdrawn_are_not_told(exploration, subscribe, procurement_officer):
    subscribe("kreis@rlp.example", kinds=["clarification"])
    now = timezone.now()
    Clarification.objects.create(exploration=exploration, question="?", answer="!", published_at=now)
    MarketExploration.objects.update(withdrawn_at=now, withdrawn_reason="Grund")
    assert announce() == 0


def test_a_released_report_is_told_in_its_region(llmoin, regions, subscribe, editor, approver):
    transfer = record_transfer(
        solution=llmoin, region=regions["071375002086"], stage="live", verification="verified", evidence="Vertrag",
        by=editor,
    )  # fmt: skip
    subscribe("kreis@rlp.example", regions["07137"], kinds=["practice_report"])
    subscribe("hh@hh.example", regions["02"], kinds=["practice_report"])
    report = PracticeReport.objects.create(transfer=transfer, helped="Geduld", email="amt@polch.example")
    assert announce() == 0
    PracticeReport.objects.filter(pk=report.pk).update(
        status="released", submitted_at=timezone.now(), released_at=timezone.now(), released_by=approver
    )

    assert (announce(), announce()) == (1, 0)
    told = Announcement.objects.get(kind="practice_report")
    assert (told.solution, told.region) == (llmoin, regions["071375002086"])
    assert Notification.objects.get().subscriber.email == "kreis@rlp.example"


def test_who_may_not_publishes_no_answer(exploration, editor):
    row = Clarification.objects.create(exploration=exploration, question="?", answer="!")
    with pytest.raises(Exception, match="Vergabe"):
        publish_clarification(clarification=row, by=User.objects.get(pk=editor.pk))
