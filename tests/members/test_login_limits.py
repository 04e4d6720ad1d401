"""Guessing ends soon, and nobody's guessing locks the owner out; known and unknown addresses look alike."""

import re
import threading

import pytest
from django.db import connection, connections
from django.test import Client, RequestFactory

from members.accounts import DEVICE_COOKIE, TRIES_OF_ADDRESS, TRIES_OF_DEVICE, TRIES_OF_NETWORK
from members.limits import client_address, count_up
from members.models import OutgoingMail, RequestCount, User
from tests.members.people import LOGIN, PASSWORD, confirmed, link_in, log_in

pytestmark = pytest.mark.django_db
TOO_MANY = "Zu viele"
FEW = 3  # in place of ten, to be quick


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr("members.accounts.TRIES_OF_ADDRESS", FEW)
    monkeypatch.setattr("members.accounts.TRIES_OF_DEVICE", FEW)
    monkeypatch.setattr("members.accounts.MAILS_TO_ADDRESS", FEW)


def test_ten_wrong_passwords_an_hour_are_allowed():
    assert (TRIES_OF_ADDRESS, TRIES_OF_DEVICE, TRIES_OF_NETWORK) == (10, 10, 100)


@pytest.fixture
def person(outsider) -> User:
    return confirmed(outsider)


def guess(address: str, times: int):
    """From ever other networks, as an attacker who has many would."""
    for n in range(times):
        answer = Client().post(LOGIN, {"login": address, "password": "falsch"}, REMOTE_ADDR=f"198.51.{n}.7")
    return answer


def test_so_many_wrong_passwords_an_hour_whatever_the_network(person):
    assert TOO_MANY not in guess(person.email, FEW).content.decode()
    assert TOO_MANY in guess(person.email, 1).content.decode()
    stranger = Client()
    assert TOO_MANY in log_in(stranger, person).content.decode()
    assert "_auth_user_id" not in stranger.session


def test_the_owner_gets_in_on_a_known_device_all_the_same(client, person):
    log_in(client, person)
    client.post("/konto/abmelden/")
    guess(person.email, FEW + 1)
    assert log_in(client, person)["Location"] == "/konto/"


def test_the_owner_gets_in_by_the_mailbox_on_any_device(client, person):
    guess(person.email, FEW + 1)
    client.post("/konto/passwort/", {"email": person.email})
    form = client.get(link_in(OutgoingMail.objects.latest("pk")), follow=True).redirect_chain[-1][0]
    new = "noch ein langes Passwort 2"
    client.post(form, {"password1": new, "password2": new})
    assert client.get("/konto/").status_code == 200
    client.post("/konto/abmelden/")
    assert log_in(client, person, new)["Location"] == "/konto/"


def test_a_known_device_may_not_guess_without_end_either(client, person):
    log_in(client, person)
    client.post("/konto/abmelden/")
    for _ in range(FEW):
        log_in(client, person, "falsch")
    assert TOO_MANY in log_in(client, person).content.decode()


def test_the_device_of_one_account_is_unknown_to_another(client, person, editor):
    log_in(client, person)
    client.post("/konto/abmelden/")
    confirmed(editor)
    guess(editor.email, FEW + 1)
    assert TOO_MANY in log_in(client, editor).content.decode()


@pytest.mark.parametrize("value", ["", "x", "WyJhIiwiYiJd:1:x", "\x00", "{}", "a" * 5000])
def test_an_invented_device_is_none(person, value):
    guess(person.email, FEW + 1)
    client = Client()
    client.cookies[DEVICE_COOKIE] = value
    assert TOO_MANY in log_in(client, person).content.decode()


def test_the_cookie_of_the_device_goes_to_the_pages_of_accounts_alone(client, person):
    cookie = log_in(client, person).cookies[DEVICE_COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["domain"]) == ("/konto/", True, "Lax", "")
    assert person.email not in cookie.value


def test_one_network_may_not_try_all_accounts(db):
    for _ in range(TRIES_OF_NETWORK):
        count_up("login network", "203.0.113.0/24")
    answer = Client().post(LOGIN, {"login": "x@y.example", "password": "falsch"}, REMOTE_ADDR="203.0.113.200")
    assert TOO_MANY in answer.content.decode()
    other = Client().post(LOGIN, {"login": "x@y.example", "password": "falsch"}, REMOTE_ADDR="203.0.114.1")
    assert TOO_MANY not in other.content.decode()


def test_right_passwords_count_against_nobody(person):
    for _ in range(FEW + 2):
        assert log_in(Client(), person)["Location"] == "/konto/"


def test_no_key_of_the_counters_names_anybody(person):
    guess(person.email, 1)
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in RequestCount.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted():
    seen: list[int] = []

    def count() -> None:
        for _ in range(20):
            seen.append(count_up("at once", "x"))
        connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 81))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {RequestCount._meta.db_table}")


@pytest.mark.parametrize(
    ("remote", "forwarded", "behind", "expected"),
    [
        ("203.0.113.9", "198.51.100.1", False, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", True, "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", True, "198.51.100.1"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.1", True, "198.51.100.1"),
        ("::ffff:10.0.0.2", "198.51.100.1", True, "198.51.100.1"),
        ("", "198.51.100.1", True, "198.51.100.1"),
        ("10.0.0.2", "", True, "10.0.0.2"),
    ],
)
def test_only_our_proxy_says_who_asks(settings, remote, forwarded, behind, expected):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind else None
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


# ── nobody learns who has an account ────────────────────────────────────────────────────────────────────────────


def same(answer, address: str) -> tuple[int, str, str]:
    text = re.sub(r"value=\"[\w-]{64}\"", "", answer.content.decode()).replace(address, "X")
    return answer.status_code, answer.get("Location", ""), text


@pytest.mark.parametrize("kind", ["active", "disabled", "no password", "unconfirmed"])
def test_a_login_looks_the_same_for_every_address(person, kind):
    if kind == "disabled":
        User.objects.filter(pk=person.pk).update(is_active=False)
    elif kind == "no password":
        User.objects.filter(pk=person.pk).update(password="!")
    elif kind == "unconfirmed":
        person.emailaddress_set.update(verified=False)
    forms = [{"login": address, "password": "falsch"} for address in (person.email, "niemand@anderswo.example")]
    known, unknown = (same(Client().post(LOGIN, form), form["login"]) for form in forms)
    assert known == unknown


@pytest.mark.parametrize("is_active", [True, False])
def test_a_reset_looks_the_same_and_does_the_same_work(person, is_active):
    User.objects.filter(pk=person.pk).update(is_active=is_active)
    answers, mails = [], []
    for address in (person.email, "niemand@anderswo.example"):
        client = Client()
        answers.append(same(client.post("/konto/passwort/", {"email": address}), address))
        mails.append(OutgoingMail.objects.filter(to=address).count())
    assert answers[0] == answers[1]
    assert mails == [1, 1]


def test_a_password_is_hashed_for_an_unknown_address_too(person, monkeypatch):
    """What takes time must be done either way: a hash takes half a second by design."""
    seen: list[str] = []
    real = User.set_password
    monkeypatch.setattr(User, "check_password", lambda user, typed: seen.append("known") or False)
    monkeypatch.setattr(User, "set_password", lambda user, typed: seen.append("unknown") or real(user, typed))
    for address in (person.email, "niemand@anderswo.example"):
        Client().post(LOGIN, {"login": address, "password": "falsch"})
    assert seen == ["known", "unknown"]


def test_asking_for_resets_ends_in_silence(person):
    answers = {same(Client().post("/konto/passwort/", {"email": person.email}), person.email) for _ in range(FEW + 2)}
    assert len(answers) == 1
    assert OutgoingMail.objects.filter(to=person.email).count() == FEW


def test_the_link_of_a_reset_ends_with_the_account(client, person):
    client.post("/konto/passwort/", {"email": person.email})
    User.objects.filter(pk=person.pk).update(is_active=False)
    page = client.get(link_in(OutgoingMail.objects.latest("pk")), follow=True)
    assert "gilt nicht mehr" in page.content.decode()


def test_the_password_stays_what_it_was_after_a_link_that_is_over(client, person):
    client.post("/konto/passwort/", {"email": person.email})
    form = client.get(link_in(OutgoingMail.objects.latest("pk")), follow=True).redirect_chain[-1][0]
    User.objects.filter(pk=person.pk).update(is_active=False)
    new = "noch ein langes Passwort 2"
    client.post(form, {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
