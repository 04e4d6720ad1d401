"""The campus team invites the first person of an organisation; whoever answers for it goes on from there."""

import pytest
from django.test import Client

from members.models import Invitation, Organisation, OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db) -> Organisation:
    return Organisation.objects.create(slug="amt", name="Amt Maifeld", kind="municipal")


def step(office: Organisation) -> str:
    return f"/admin/members/organisation/{office.pk}/schritt/einladen/"


def desk(person) -> Client:
    client = Client()
    client.force_login(person, backend="govtech_portal.roles.RoleBackend")
    return client


@pytest.mark.parametrize("role", ["editor", "approver"])
def test_an_invitation_goes_out(request, office, role):
    person = request.getfixturevalue(role)
    assert "Person einladen" in desk(person).get(f"/admin/members/organisation/{office.pk}/change/").content.decode()
    answer = desk(person).post(step(office), {"email": "chef@amt.example", "role": "owner"})
    assert answer["Location"] == f"/admin/members/organisation/{office.pk}/change/"
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.role, invitation.invited_by) == (office, "owner", person)
    assert OutgoingMail.objects.get().to == "chef@amt.example"


@pytest.mark.parametrize("role", ["lead", "procurement_officer", "outsider"])
def test_nobody_else_invites(request, office, role):
    answer = desk(request.getfixturevalue(role)).post(step(office), {"email": "chef@amt.example", "role": "owner"})
    assert answer.status_code in (302, 403)
    assert not Invitation.objects.exists()


def test_asking_invites_nobody_and_a_wrong_address_comes_back(editor, office):
    assert desk(editor).get(step(office)).status_code == 200
    assert "error" in desk(editor).post(step(office), {"email": "kein", "role": "owner"}).content.decode()
    assert not Invitation.objects.exists()
