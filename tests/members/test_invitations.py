"""An owner invites; whoever opens the link has proven the mailbox; nobody learns who has an account."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from members.actions import (
    CannotInvite,
    accept_invitation,
    change_role,
    end_access,
    invite_person,
    register_by_invitation,
    revoke_invitation,
)
from members.models import Invitation, Organisation, OrganisationUser, OutgoingMail, User
from tests.members.people import confirmed, link_in, log_in, logged_in, member

pytestmark = pytest.mark.django_db
NEW = "neu@stadt.example"
GOOD = "Pferd Batterie Klammer 7"


@pytest.fixture
def city(db) -> Organisation:
    return Organisation.objects.create(slug="stadt", name="Stadt Polch", kind="municipal")


@pytest.fixture
def village(db) -> Organisation:
    return Organisation.objects.create(slug="dorf", name="Dorf", kind="municipal")


@pytest.fixture
def owner(city) -> User:
    return member(city, "owner")


def invite(city, owner, email=NEW, role="editor") -> str:
    """The token of the link in the mail."""
    invite_person(organisation=city, email=email, role=role, by=owner)
    return link_in(OutgoingMail.objects.latest("pk")).split("/")[-2]


def test_an_invited_colleague_registers_and_acts_with_the_role(client, city, owner):
    chief = logged_in(owner)
    sent = chief.post("/konto/organisation/stadt/personen/", {"email": " Neu@Stadt.example ", "role": "editor"})
    assert sent["Location"] == "/konto/organisation/stadt/personen/"
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.purpose) == (NEW, "invitation")
    page = client.get(link_in(mail))
    assert {"Stadt Polch", "bearbeitet", owner.email, NEW} <= set(re.findall(r">([^<>]+)<", page.content.decode()))
    form = {"name": "Nina Neu", "password1": GOOD, "password2": GOOD}
    answer = client.post(link_in(mail), form)
    assert answer["Location"] == "/konto/"
    nina = User.objects.get(email=NEW)
    assert (nina.name, nina.is_staff, nina.is_superuser) == ("Nina Neu", False, False)
    assert OrganisationUser.objects.get(user=nina).role == "editor"
    assert "Stadt Polch" in client.get("/konto/").content.decode()
    assert log_in(Client(), nina, GOOD)["Location"] == "/konto/"


def test_somebody_with_an_account_logs_in_and_accepts(client, city, owner, outsider):
    token = invite(city, owner, confirmed(outsider).email)
    page = f"/konto/einladung/{token}/"
    assert f"/konto/anmelden/?next={page}" in client.get(page).content.decode()
    assert log_in(client, outsider, then=page)["Location"] == page
    assert client.post(page)["Location"] == "/konto/"
    assert OrganisationUser.objects.get(user=outsider).role == "editor"


def test_a_second_address_of_an_account_is_known_too(client, city, owner, outsider):
    confirmed(outsider).emailaddress_set.create(email=NEW, verified=True)
    page = f"/konto/einladung/{invite(city, owner)}/"
    form = {"name": "N", "password1": GOOD, "password2": GOOD}
    assert "Sie haben schon ein Konto" in client.get(page).content.decode()
    assert client.post(page, form).status_code == 200
    assert not User.objects.filter(email=NEW).exists()
    assert logged_in(outsider).post(page)["Location"] == "/konto/"
    assert OrganisationUser.objects.get(user=outsider).role == "editor"


def test_a_forwarded_link_is_of_no_use_to_another_account(city, owner, outsider):
    page = f"/konto/einladung/{invite(city, owner)}/"
    stranger = logged_in(confirmed(outsider))
    assert "Die Einladung gilt für neu@stadt.example" in stranger.get(page).content.decode()
    stranger.post(page)
    assert not OrganisationUser.objects.filter(user=outsider).exists()


@pytest.mark.parametrize("end", ["expired", "revoked", "accepted", "inviter disabled", "other token"])
def test_a_link_that_is_over_says_so_and_gives_nothing(client, city, owner, end):
    token = invite(city, owner)
    if end == "expired":
        before = timezone.now() - timedelta(days=8)
        Invitation.objects.update(created_at=before, expires_at=before + timedelta(days=7))
    elif end == "revoked":
        revoke_invitation(invitation=Invitation.objects.get(), by=owner)
    elif end == "accepted":
        register_by_invitation(token=token, name="Nina", password=GOOD)
    elif end == "inviter disabled":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    else:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    count = User.objects.count()
    form = {"name": "Nina", "password1": GOOD, "password2": GOOD}
    for answer in (client.get(f"/konto/einladung/{token}/"), client.post(f"/konto/einladung/{token}/", form)):
        assert (answer.status_code, "gilt nicht mehr" in answer.content.decode()) == (404, True)
    assert User.objects.count() == count


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "password1": GOOD, "password2": GOOD}, "erforderlich"),
        ({"name": "N", "password1": "kurz", "password2": "kurz"}, "mindestens 12"),
        ({"name": "N", "password1": GOOD, "password2": "anders"}, "nicht gleich"),
        ({"name": "N", "password1": "neu@stadt.example", "password2": "neu@stadt.example"}, "ähnlich"),
        ({"name": "N", "password1": "passwordpassword", "password2": "passwordpassword1"}, "nicht gleich"),
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_with_words_and_makes_nothing(client, city, owner, form, words):
    answer = client.post(f"/konto/einladung/{invite(city, owner)}/", form)
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert not User.objects.filter(email=NEW).exists()


def test_nothing_more_than_the_form_asks_can_be_set(client, city, owner, village):
    form = {"name": "N", "password1": GOOD, "password2": GOOD, "email": "chef@bund.example", "is_staff": "1",
            "is_superuser": "1", "role": "owner", "organisation": village.pk, "groups": "1"}  # fmt: skip
    client.post(f"/konto/einladung/{invite(city, owner)}/", form)
    nina = User.objects.get(email=NEW)
    assert (nina.is_staff, nina.is_superuser, nina.groups.count()) == (False, False, 0)
    assert list(nina.organisations.values_list("organisation__slug", "role")) == [("stadt", "editor")]


def test_the_database_holds_no_token(city, owner):
    token = invite(city, owner)
    stored = Invitation.objects.values().get()
    assert token not in str(stored)
    assert (len(token) >= 22, len(stored["token_hash"])) == (True, 64)


def test_inviting_again_ends_the_first_link(city, owner):
    first, second = invite(city, owner), invite(city, owner, role="viewer")
    with pytest.raises(CannotInvite):
        register_by_invitation(token=first, name="N", password=GOOD)
    assert register_by_invitation(token=second, name="N", password=GOOD).organisations.get().role == "viewer"


def test_the_answer_to_an_invitation_is_the_same_for_known_and_unknown_addresses(city, owner, outsider):
    confirmed(outsider)
    chief, answers = logged_in(owner), []
    for address in (outsider.email, "niemand@anderswo.example"):
        answer = chief.post("/konto/organisation/stadt/personen/", {"email": address, "role": "viewer"}, follow=True)
        text = answer.content.decode().replace(address, "X")
        answers.append((answer.status_code, re.sub(r"einladungen/\d+|value=\"[\w-]{64}\"|X", "", text)))
        Invitation.objects.all().delete()
    assert answers[0] == answers[1]


def test_an_invitation_never_lowers_a_role(city, owner):
    deputy = member(city, "editor", "vize@stadt.example")
    village_token = invite(city, owner, "dritte@stadt.example", "owner")
    third = register_by_invitation(token=village_token, name="D", password=GOOD)
    Invitation.objects.create(
        organisation=city, email=third.email, role="viewer", token_hash="h", invited_by=owner,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(CannotInvite):
        accept_invitation(token="h", by=third)  # the hash is not the token
    assert OrganisationUser.objects.get(user=third).role == "owner"
    with pytest.raises(CannotInvite):
        invite_person(organisation=city, email=deputy.email, role="owner", by=owner)


def test_thirty_a_day_are_the_most(city, owner):
    for n in range(30):
        invite_person(organisation=city, email=f"p{n}@stadt.example", role="viewer", by=owner)
    with pytest.raises(CannotInvite, match="30"):
        invite_person(organisation=city, email="p31@stadt.example", role="viewer", by=owner)


@pytest.mark.parametrize(
    "email", ["", "kein", "a@b@c", "x@[127.0.0.1]", "a\r\nBcc: b@c.example", "\0@a.example", "ä@" + "a" * 300]
)
def test_what_is_no_address_is_refused_in_words(city, owner, email):
    answer = logged_in(owner).post("/konto/organisation/stadt/personen/", {"email": email, "role": "viewer"})
    assert (answer.status_code, "error-summary" in answer.content.decode()) == (200, True)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("role", ["viewer", "editor", "stranger", "foreign owner", "disabled owner"])
def test_only_owners_see_and_change_people(city, village, owner, outsider, role):
    person = {"stranger": outsider}.get(role) or member(
        village if role == "foreign owner" else city, role.split()[-1], f"{role.replace(' ', '-')}@x.example"
    )
    token = invite(city, owner)
    invitation, access = Invitation.objects.get(), OrganisationUser.objects.get(user=owner)
    client = logged_in(person)
    if role == "disabled owner":
        User.objects.filter(pk=person.pk).update(is_active=False)
    expected = {"viewer": 403, "editor": 403, "disabled owner": 302}.get(role, 404)
    base = "/konto/organisation/stadt/"
    for path in (f"{base}personen/", f"{base}personen/{access.pk}/", f"{base}einladungen/{invitation.pk}/"):
        assert client.get(path).status_code == expected, path
        assert client.post(path, {"email": "x@y.example", "role": "viewer", "ende": "1"}).status_code == expected, path
    person.refresh_from_db()
    for verb in (
        lambda: invite_person(organisation=city, email="x@y.example", role="owner", by=person),
        lambda: revoke_invitation(invitation=invitation, by=person),
        lambda: change_role(access=access, role="viewer", by=person),
        lambda: end_access(access=access, by=person),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert (token, Invitation.objects.get().revoked_at, access.role) == (token, None, "owner")


def test_an_owner_changes_roles_but_not_of_another_organisation(city, village, owner):
    editor, foreign = member(city, "editor"), member(village, "editor")
    client = logged_in(owner)
    own = OrganisationUser.objects.get(user=editor)
    client.post(f"/konto/organisation/stadt/personen/{own.pk}/", {"role": "owner"})
    assert OrganisationUser.objects.get(pk=own.pk).role == "owner"
    other = OrganisationUser.objects.get(user=foreign)
    assert client.post(f"/konto/organisation/stadt/personen/{other.pk}/", {"ende": "1"}).status_code == 404
    assert OrganisationUser.objects.filter(pk=other.pk).exists()
    client.post(f"/konto/organisation/stadt/personen/{own.pk}/", {"ende": "1"})
    assert not OrganisationUser.objects.filter(pk=own.pk).exists()


def test_the_last_owner_stays(city, owner):
    access = OrganisationUser.objects.get(user=owner)
    disabled = member(city, "owner", "weg@stadt.example")
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    page = f"/konto/organisation/stadt/personen/{access.pk}/"
    for form in ({"role": "viewer"}, {"ende": "1"}):
        answer = logged_in(owner).post(page, form)
        assert "Mindestens eine Person" in answer.content.decode()
    assert OrganisationUser.objects.get(pk=access.pk).role == "owner"


def test_who_loses_access_loses_the_pages_with_the_next_request(city, owner):
    editor = member(city, "editor")
    client = logged_in(editor)
    assert client.get("/konto/organisation/stadt/").status_code == 200
    OrganisationUser.objects.filter(user=editor).delete()
    assert client.get("/konto/organisation/stadt/").status_code == 404


def test_a_weak_password_makes_no_account_by_the_verb_either(city, owner):
    with pytest.raises(ValidationError):
        register_by_invitation(token=invite(city, owner), name="N", password="835629461038")
    assert not User.objects.filter(email=NEW).exists()
