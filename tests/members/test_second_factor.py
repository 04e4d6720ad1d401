"""Whoever belongs to the campus team shows a second factor, whatever way leads to the admin."""

import json
import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.admin.sites import site
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from members.models import OutgoingMail, User
from tests.members.people import LOGIN, PASSWORD, code_of, confirmed, link_in, log_in, logged_in

SET_UP = "/konto/mfa/"
OPEN_TO_ALL = {"admin:login", "admin:logout", "admin:jsi18n"}


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_MFA = True


@pytest.fixture
def person(editor) -> User:
    return confirmed(editor)


def set_up_app(client: Client) -> str:
    """As a person does, who is asked for the password again; returns the secret of the app."""
    assert client.get("/konto/mfa/app/")["Location"] == "/konto/bestaetigen/?next=%2Fkonto%2Fmfa%2Fapp%2F"
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    page = client.get("/konto/mfa/app/")
    secret = page.context["form"].secret
    answer = client.post("/konto/mfa/app/", {"code": code_of(secret)})
    assert answer["Location"] == "/konto/mfa/ersatzcodes/"
    return secret


@pytest.fixture
def secret(person) -> str:
    """The person has an app, set up elsewhere."""
    client = Client()
    log_in(client, person)
    return set_up_app(client)


def addresses_of_the_admin(patterns=None, prefix="/admin/") -> list[tuple[str, str]]:
    """(name, path) of every view, with an id for every parameter."""
    found = []
    for one in site.get_urls() if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            found += addresses_of_the_admin(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            found.append((f"admin:{one.name}", route))
    return found


def as_path(route: str) -> str:
    for part in ("<path:object_id>", "<int:pk>", "<int:object_id>", "<int:content_type_id>"):
        route = route.replace(part, "1")
    route = route.replace("<slug:slug>", "x").replace("^", "").replace("$", "").replace("(?P<url>.*)", "gibt-es-nicht/")
    return route.replace("(?P<app_label>", "").split("|")[0].split(")")[0] if "(?P" in route else route


def test_no_address_of_the_admin_opens_without_it(person):
    client = logged_in(person)
    seen = 0
    for name, route in addresses_of_the_admin():
        if name in OPEN_TO_ALL:
            continue
        for method in ("get", "post") if route.endswith(("add/", "delete/", "bearbeiten/")) else ("get",):
            answer = getattr(client, method)(as_path(route))
            assert answer.status_code == 302, (name, method, route)
            assert answer["Location"].startswith(("/admin/login/", LOGIN, SET_UP)), (name, answer["Location"])
            seen += 1
    assert seen > 100


def test_the_way_to_the_admin_leads_to_setting_it_up(client, person):
    log_in(client, person)
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == SET_UP
    assert "Die Verwaltung braucht einen zweiten Faktor" in answer.content.decode()
    assert "Zweiten Faktor einrichten" in client.get("/konto/").content.decode()


def test_setting_it_up_opens_the_admin(client, person):
    log_in(client, person)
    set_up_app(client)
    assert client.get("/admin/").status_code == 200
    codes = client.get("/konto/mfa/ersatzcodes/").context["unused_codes"]
    assert len(set(codes)) == 10


def test_a_login_asks_for_the_code_and_then_goes_on(client, person, secret):
    answer = log_in(client, person, then="/admin/")
    assert answer["Location"].startswith("/konto/mfa/code/")
    assert client.get("/admin/").status_code == 302
    done = client.post("/konto/mfa/code/", {"code": code_of(secret, 1)})
    assert done["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_wrong_code_opens_nothing_and_so_many_are_the_most(client, person, secret, monkeypatch):
    monkeypatch.setattr("members.account_forms.CODES_PER_HOUR", 3)
    log_in(client, person)
    for _ in range(3):
        wrong = client.post("/konto/mfa/code/", {"code": "000000"})
        assert "Falscher Code" in str(wrong.context["form"].errors)
    assert "Zu viele" in str(client.post("/konto/mfa/code/", {"code": code_of(secret, 1)}).context["form"].errors)
    assert client.get("/konto/").status_code == 302


def test_a_code_is_good_once(client, person, secret):
    code = code_of(secret, 1)
    log_in(client, person)
    assert client.post("/konto/mfa/code/", {"code": code}).status_code == 302
    cache.clear()  # another process of the web server knows nothing of it
    other = Client()
    log_in(other, person)
    other.post("/konto/mfa/code/", {"code": code})
    assert "_auth_user_id" not in other.session


def test_a_recovery_code_is_good_once(client, person):
    log_in(client, person)
    set_up_app(client)
    code = client.get("/konto/mfa/ersatzcodes/").context["unused_codes"][0]
    for expected in (302, 200):
        other = Client()
        log_in(other, person)
        assert other.post("/konto/mfa/code/", {"code": code}).status_code == expected


def test_a_session_from_before_is_asked_when_it_wants_to_the_admin(person):
    old = Client()
    log_in(old, person)
    new = Client()
    log_in(new, person)
    secret = set_up_app(new)
    assert new.get("/admin/").status_code == 200
    assert old.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/mfa/bestaetigen/?next=%2Fadmin%2F"
    old.post("/konto/mfa/bestaetigen/?next=/admin/", {"code": code_of(secret, 1), "next": "/admin/"})
    assert old.get("/admin/").status_code == 200


def test_an_old_session_with_the_password_alone_adds_no_factor_of_its_own(person, secret):
    """Or who stole both would make a key, and with it get in."""
    thief = Client()
    thief.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    for page in ("/konto/mfa/passkeys/neu/", "/konto/mfa/app/entfernen/", "/konto/mfa/ersatzcodes/"):
        assert thief.get(page)["Location"].startswith("/konto/mfa/bestaetigen/"), page
    answer = thief.post("/konto/bestaetigen/", {"password": PASSWORD})
    assert answer["Location"].startswith("/konto/mfa/bestaetigen/")
    assert thief.get("/konto/mfa/passkeys/neu/").status_code == 302


def test_a_reset_of_the_password_does_not_go_round_it(client, person, secret):
    client.post("/konto/passwort/", {"email": person.email})
    form = client.get(link_in(OutgoingMail.objects.latest("pk")), follow=True)
    new = "noch ein langes Passwort 2"
    answer = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer["Location"] == "/konto/mfa/code/"
    assert client.get("/admin/").status_code == 302
    assert client.get("/konto/").status_code == 302


def test_a_reset_without_a_factor_leads_no_further_than_ones_account(client, person):
    client.post("/konto/passwort/", {"email": person.email})
    form = client.get(link_in(OutgoingMail.objects.latest("pk")), follow=True)
    new = "noch ein langes Passwort 2"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert client.get("/konto/").status_code == 200
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == SET_UP


def test_what_the_session_of_another_person_showed_counts_for_nobody_else(client, person, approver):
    """allauth keeps the notes of a login in the session; they hold for the one who logged in."""
    log_in(client, person)
    set_up_app(client)
    records = client.session[AUTHENTICATION_METHODS_SESSION_KEY]
    other = logged_in(approver)
    session = other.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records, {"method": "mfa", "at": time.time()}]
    session.save()
    assert other.get("/admin/").status_code == 302


def test_logging_out_forgets_it(client, person):
    log_in(client, person)
    secret = set_up_app(client)
    client.post("/konto/abmelden/")
    log_in(client, person)
    assert client.get("/admin/").status_code == 302
    client.post("/konto/mfa/code/", {"code": code_of(secret, 1)})
    assert client.get("/admin/").status_code == 200


def test_removing_the_factor_closes_the_admin_for_the_next_login(client, person):
    log_in(client, person)
    set_up_app(client)
    client.post("/konto/mfa/app/entfernen/")
    assert not Authenticator.objects.filter(type="totp").exists()
    other = Client()
    log_in(other, person)
    assert other.get("/admin/", follow=True).redirect_chain[-1][0] == SET_UP


def test_whoever_is_no_staff_may_have_one_and_needs_none(client, outsider):
    log_in(client, confirmed(outsider))
    assert "braucht einen zweiten Faktor" not in client.get(SET_UP).content.decode()
    assert client.get("/konto/").status_code == 200
    assert client.get("/admin/", follow=True).status_code == 403


def test_no_secret_lies_open_in_the_database(person, secret):
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM mfa_authenticator")
        stored = cursor.fetchone()[0]
    assert secret not in stored
    assert len(stored) > 200


def test_a_new_secret_key_keeps_the_factors_as_long_as_the_old_one_is_a_fallback(client, person, secret, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "ein neuer Schlüssel"
    log_in(client, person)
    assert client.post("/konto/mfa/code/", {"code": code_of(secret, 1)}).status_code == 302


def test_every_change_is_told_by_mail(client, person, monkeypatch):
    monkeypatch.setattr("allauth.mfa.totp.internal.flows.transaction.on_commit", lambda act: act())
    log_in(client, person)
    set_up_app(client)
    mail = OutgoingMail.objects.filter(to=person.email).latest("pk")
    assert mail.subject == "Zweiter Faktor eingerichtet"
    assert "Waren Sie das nicht?" in mail.text


NO_CREDENTIALS = (
    "", "x", "[]", "{}", "null", "7", '"a"', '{"response": 7}', '{"response": {"userHandle": 7}}',
    '{"response": {"userHandle": "\\u0000"}}', '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
    json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "YQ",
                "authenticatorData": "YQ", "signature": "YQ", "userHandle": "MQ"}}), "[" * 3000, "9" * 30_000,
)  # fmt: skip


def test_what_no_passkey_says_is_refused_politely(person, secret):
    stranger, half, inside = Client(), Client(), Client()
    log_in(inside, person)
    inside.post("/konto/mfa/code/", {"code": code_of(secret, 1)})
    inside.post("/konto/mfa/bestaetigen/", {"code": code_of(secret, -1)})
    assert inside.get("/konto/mfa/passkeys/neu/").status_code == 200
    log_in(half, person)
    half.get("/konto/mfa/code/")
    for credential in NO_CREDENTIALS:
        assert "challenge" in str(stranger.post("/konto/anmelden/passkey/").json())
        form = {"credential": credential, "name": "x"}
        assert stranger.post("/konto/anmelden/passkey/", form).status_code == 302, credential[:20]
        assert half.post("/konto/mfa/code/", form).status_code == 200, credential[:20]
        assert inside.post("/konto/mfa/passkeys/neu/", form).status_code == 200, credential[:20]
    assert Authenticator.objects.filter(type="webauthn").count() == 0
    assert "_auth_user_id" not in stranger.session
    assert "_auth_user_id" not in half.session


def test_a_get_begins_no_passkey_login(client, db):
    answer = client.get("/konto/anmelden/passkey/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert dict(client.cookies) == {}


def test_pages_of_the_factor_are_nobody_elses(client, person, approver):
    log_in(client, person)
    set_up_app(client)
    key = Authenticator.objects.create(user=approver, type="webauthn", data={"name": "Schlüssel"})
    for page in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(page, args=[key.pk])).status_code == 404
        assert client.post(reverse(page, args=[key.pk]), {"name": "meiner"}).status_code == 404
    assert Authenticator.objects.get(pk=key.pk).data == {"name": "Schlüssel"}
