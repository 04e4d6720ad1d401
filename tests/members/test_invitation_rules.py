"""What the database itself refuses about invitations and proposals."""

import pytest

from catalogue.models import Solution, SolutionProposal
from members.models import Invitation, Organisation
from tests.test_database_rules import DAY, NOW, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db) -> Organisation:
    return Organisation.objects.create(slug="amt", name="Amt", kind="municipal")


@pytest.fixture
def solution(db) -> Solution:
    return Solution.objects.create(slug="loesung", title="Lösung", summary="Kurz.")


def test_an_invitation_is_open_once_expires_and_is_accepted_whole(office, editor):
    right = {"organisation": office, "email": "neu@amt.example", "role": "editor", "invited_by": editor}
    Invitation.objects.create(**right, token_hash="a", expires_at=NOW + DAY)
    with refused("invitation_one_open"):
        Invitation.objects.create(**right, token_hash="b", expires_at=NOW + DAY)
    with refused("invitation_expires_later"):
        Invitation.objects.update(expires_at=NOW - DAY)
    with refused("invitation_lower"):
        Invitation.objects.update(email="Neu@amt.example")
    with refused("invitation_accepted_is_whole"):
        Invitation.objects.update(accepted_at=NOW)
    with refused("invitation_accepted_is_whole"):
        Invitation.objects.update(accepted_at=NOW, accepted_by=editor, revoked_at=NOW)
    Invitation.objects.update(revoked_at=NOW)
    Invitation.objects.create(**right, token_hash="b", expires_at=NOW + DAY)
    with refused("members_invitation_token_hash_key"):
        Invitation.objects.create(**right | {"email": "x@amt.example"}, token_hash="b", expires_at=NOW + DAY)


def test_a_solution_is_proposed_on_behalf_of_one_organisation(office, solution, editor):
    SolutionProposal.objects.create(solution=solution, organisation=office, proposed_by=editor)
    with refused("catalogue_solutionproposal_solution_id_key"):
        SolutionProposal.objects.create(solution=solution, organisation=office, proposed_by=editor)
