"""What the database refuses about reports of use, the yearly question and Praxisberichte, whoever writes."""

import pytest
from django.utils import timezone

from catalogue.models import (
    ConfirmationRequest,
    PracticeReport,
    Solution,
    Transfer,
    TransferContact,
    UseReport,
)
from tests.test_database_rules import refused

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def solution(make_solution) -> Solution:
    return make_solution("loesung")


@pytest.fixture
def report(solution, regions) -> UseReport:
    return UseReport.objects.create(solution=solution, region=regions["07"], kind="use", email="amt@polch.example")


def test_a_place_is_reported_once_by_an_address_until_it_is_decided(report):
    with refused("usereport_once_while_open"):
        UseReport.objects.create(solution=report.solution, region=report.region, kind="interest", email=report.email)
    with refused("usereport_email_lower"):
        UseReport.objects.update(email="Amt@polch.example")


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("usereport_decision_is_whole", {"decided_at": NOW, "confirmed_at": NOW}),
        ("usereport_confirmed_before_decided", {"decision": "rejected", "reason": "x", "decided_at": NOW}),
        ("usereport_accepted_has_a_transfer", {"decision": "accepted", "decided_at": NOW, "confirmed_at": NOW}),
        ("usereport_rejected_has_a_reason", {"decision": "rejected", "decided_at": NOW, "confirmed_at": NOW}),
    ],
)
def test_a_decision_on_a_report_is_whole(report, editor, constraint, fields):
    by = {"decided_by": editor} if "decision" in fields else {}
    with refused(constraint):
        UseReport.objects.update(**fields, **by)


def test_a_confirmation_is_asked_for_once_and_answered_whole(solution, regions):
    transfer = Transfer.objects.create(solution=solution, region=regions["07"], stage="live")
    ConfirmationRequest.objects.create(transfer=transfer, confirmed_at=NOW)
    with refused("confirmationrequest_once"):
        ConfirmationRequest.objects.create(transfer=transfer, confirmed_at=NOW)
    with refused("confirmationrequest_answer_is_whole"):
        ConfirmationRequest.objects.update(answer="still")
    with refused("transfercontact_lower"):
        TransferContact.objects.create(transfer=transfer, email="Amt@polch.example")


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("practicereport_cost_in_order", {"cost_from": 9, "cost_to": 8}),
        ("practicereport_numbers_are_likely", {"duration_months": 0}),
        ("practicereport_numbers_are_likely", {"effort_days": 100_001}),
        ("practicereport_release_is_whole", {"status": "released", "submitted_at": NOW, "released_at": NOW}),
        ("practicereport_submitted_has_a_date", {"status": "submitted"}),
        ("practicereport_returned_says_why", {"status": "returned", "submitted_at": NOW}),
    ],
)
def test_a_practice_report_is_whole(solution, regions, constraint, fields):
    transfer = Transfer.objects.create(solution=solution, region=regions["07"], stage="live")
    with refused(constraint):
        PracticeReport.objects.create(transfer=transfer, email="amt@polch.example", **fields)


def test_one_practice_report_is_written_at_a_time_and_nobody_releases_their_own(solution, regions, editor):
    transfer = Transfer.objects.create(solution=solution, region=regions["07"], stage="live")
    PracticeReport.objects.create(transfer=transfer, email="amt@polch.example")
    with refused("practicereport_one_at_a_time"):
        PracticeReport.objects.create(transfer=transfer, email="amt@polch.example")
    released = {"status": "released", "submitted_at": NOW, "released_at": NOW, "released_by": editor}
    with refused("practicereport_four_eyes"):
        PracticeReport.objects.update(author=editor, **released)
