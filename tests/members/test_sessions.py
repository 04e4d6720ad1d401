"""Everybody sees where they are logged in and ends it; who is disabled is out with the next request."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from members.actions import end_sessions
from members.models import User
from tests.members.people import PASSWORD, confirmed, log_in

pytestmark = pytest.mark.django_db
PAGE = "/konto/sitzungen/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def person(outsider) -> User:
    return confirmed(outsider)


def at(person: User, agent: str = FIREFOX, ip: str = "203.0.113.77") -> Client:
    client = Client(REMOTE_ADDR=ip, headers={"User-Agent": agent})
    log_in(client, person)
    return client


def test_a_login_is_listed_with_its_network_and_not_its_address(person):
    text = at(person).get(PAGE).content.decode()
    assert "Firefox auf Linux" in text
    assert "203.0.113.0" in text
    assert "203.0.113.77" not in str(UserSession.objects.values())


def test_what_a_browser_says_of_itself_is_not_shown(person):
    assert "<b>" not in at(person, "<b>Chrome/1</b>").get(PAGE).content.decode().partition("<main")[2]


def test_one_session_is_ended_and_the_others_go_on(person):
    here, there, third = at(person), at(person), at(person)
    row = UserSession.objects.get(session_key=there.session.session_key)
    here.post(PAGE, {"sitzung": row.pk})
    assert [client.get("/konto/").status_code for client in (here, there, third)] == [200, 302, 200]


def test_all_others_are_ended_at_once(person):
    here, there, third = at(person), at(person), at(person)
    here.post(PAGE)
    assert [client.get("/konto/").status_code for client in (here, there, third)] == [200, 302, 302]


def test_nobody_ends_a_session_of_somebody_else(person, editor):
    mine, theirs = at(person), at(confirmed(editor))
    row = UserSession.objects.get(user=editor)
    mine.post(PAGE, {"sitzung": row.pk})
    mine.post(PAGE)
    assert theirs.get("/konto/").status_code == 200
    assert "Firefox" not in Client().get(PAGE, follow=True).content.decode()


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 40, "\x00", "1;2", "²"])
def test_what_is_no_session_ends_none(person, odd):
    here, there = at(person), at(person)
    assert here.post(PAGE, {"sitzung": odd}).status_code == 302
    assert there.get("/konto/").status_code == 200


def test_looking_writes_nothing(person, django_assert_num_queries):
    client = at(person)
    client.get(PAGE)
    UserSession.objects.create(user=person, session_key="längst vorbei", ip="192.0.2.0", user_agent="x")
    with django_assert_num_queries(3) as seen:
        client.get(PAGE)
    assert [query["sql"][:6] for query in seen.captured_queries] == ["SELECT"] * 3
    assert UserSession.objects.filter(session_key="längst vorbei").exists()


def test_a_disabled_person_is_out_with_the_next_request_and_stays_out(person):
    client = at(person)
    end_sessions(user=person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/konto/").status_code == 302
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert client.get("/konto/").status_code == 302


def test_disabling_by_any_way_works_at_once(person):
    """Even where nothing ended the session: an UPDATE of the database alone."""
    client = at(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/konto/").status_code == 302


def test_the_admin_ends_the_sessions_of_whom_it_disables(person, client):
    theirs = at(person)
    client.force_login(User.objects.create_superuser("chefin@campus.example", PASSWORD))
    form = {
        "email": person.email,
        "name": person.name,
        "organisations-TOTAL_FORMS": 0,
        "organisations-INITIAL_FORMS": 0,
    }
    assert client.post(f"/admin/members/user/{person.pk}/change/", form).status_code == 302
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert theirs.get("/konto/").status_code == 302


def test_a_new_password_ends_the_other_sessions(person):
    here, there = at(person), at(person)
    here.post("/konto/bestaetigen/", {"password": PASSWORD})
    new = "noch ein langes Passwort 2"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/konto/passwort/aendern/", form).status_code == 302
    assert [client.get("/konto/").status_code for client in (here, there)] == [200, 302]


def test_no_page_of_an_account_is_kept_by_anybody(person):
    client = at(person)
    for page in ("/konto/", PAGE, "/konto/mfa/", "/konto/anmelden/"):
        answer = client.get(page, follow=True)
        assert "no-store" in answer["Cache-Control"], page
        assert "noindex" in answer.content.decode(), page
