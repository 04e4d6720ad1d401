"""What every answer carries, whoever gives it; cookies bound to the host; links that no request can bend."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as portal
from django.test import Client

from catalogue.models import Solution
from members.models import OutgoingMail, User
from tests.full_catalogue import make_full_catalogue

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "manifest-src 'self'",
}  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ANSWERS = [
    ("/", 200), ("/loesungen/", 200), ("/loesungen/loesung-0/", 200), ("/loesungen/loesung-0/karte.svg", 200),
    ("/abo/", 200), ("/konto/anmelden/", 200), ("/api/v1/solutions/", 200), ("/api/v1/docs/", 200), ("/healthz", 200),
    ("/sitemap.xml", 200), ("/robots.txt", 200), ("/regionen/vorschlaege/?q=ort", 200), ("/static/img/mark.svg", 200),
    ("/konto/", 302), ("/api/v1/solutions/?x=1", 400), ("/admin/", 302), ("/gibt-es-nicht/", 404),
    ("/api/v1/gibt-es-nicht/", 404), ("/regionen/99/", 404), ("/abo/erfunden/", 404), ("/loesungen", 301),
    ("/static/gibt-es-nicht.css", 404),
]  # fmt: skip
OFF_SITE = (
    "https://boese.example/", "//boese.example/", "///boese.example", "/\\boese.example", "\\\\boese.example",
    "https:boese.example", "javascript:alert(1)", "data:text/html,x", "\thttps://boese.example", "https://testserver@boese.example",
    "http://boese.example\\@testserver/", "/%09/boese.example", "//boese.example\0/", "https:///boese.example",
)  # fmt: skip
PASSWORD = "ein langes Passwort 1"


@pytest.fixture
def catalogue(regions, editor, approver, procurement_officer):
    return make_full_catalogue(regions, editor, approver, procurement_officer)


def assert_headers(answer, place: str) -> None:
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY, place
    assert {name: answer.get(name) for name in ALWAYS} == ALWAYS, place
    assert "camera=()" in answer["Permissions-Policy"], place


def test_every_answer_carries_the_same_headers(catalogue, client, settings):
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    reader = Client()
    for path, status in ANSWERS:
        for _ in ("built", "from the cache"):
            answer = reader.get(path)
            assert answer.status_code == status, path
            assert_headers(answer, path)
            answer.getvalue()  # read to its end, a file is closed


def test_the_admin_carries_them_too(catalogue, client):
    client.force_login(User.objects.create_superuser("chefin@campus.example", PASSWORD))
    for path in ("/admin/", "/admin/catalogue/transfer/", "/admin/catalogue/solution/add/", "/admin/jsi18n/"):
        assert_headers(client.get(path), path)


def test_an_error_of_ours_carries_them_too_and_tells_nothing(monkeypatch, db):
    def broken(*args, **kwargs):
        raise RuntimeError("das Geheimnis der Datenbank")

    monkeypatch.setattr(Solution.objects, "published", broken)
    answer = Client(raise_request_exception=False).get("/loesungen/")
    assert answer.status_code == 500
    assert_headers(answer, "500")
    assert "Geheimnis" not in answer.content.decode()
    assert "<h1" in answer.content.decode()


def test_a_form_without_its_token_is_refused_with_the_same_headers(db):
    answer = Client(enforce_csrf_checks=True).post("/abo/", {"email": "x@stadt.example"})
    assert answer.status_code == 403
    assert_headers(answer, "403")


def test_a_page_may_be_framed_by_nobody(client, db):
    answer = client.get("/")
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def in_production(code: str, **environment: str):
    """What the settings say under another environment, in a process of its own."""
    program = f"import django, json; django.setup(); from django.conf import settings\n{code}"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "govtech_portal.settings"} | environment
    done = subprocess.run([sys.executable, "-c", program], env=env, cwd=portal.ROOT, capture_output=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


NAMES = [
    "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH", "DEBUG",
]  # fmt: skip
ASK = f"print(json.dumps([[n, getattr(settings, n)] for n in {NAMES}]))"


def test_on_https_browsers_stay_there_and_cookies_are_bound_to_the_host():
    found = dict(in_production(ASK, SITE_URL="https://katalog.example", DEMO="0"))
    assert found == {
        "SECURE_HSTS_SECONDS": 31536000, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_NAME": "__Host-sitzung", "CSRF_COOKIE_NAME": "__Host-csrf", "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_DOMAIN": None, "SESSION_COOKIE_PATH": "/", "CSRF_COOKIE_PATH": "/", "DEBUG": False,
    }  # fmt: skip


def test_answers_on_https_say_so():
    code = """
from django.test import Client
secure = Client().get("/healthz", secure=True, headers={"Host": "katalog.example"})
plain = Client().get("/hilfe/", headers={"Host": "katalog.example"})
print(json.dumps([secure["Strict-Transport-Security"], plain.status_code, plain["Location"]]))"""
    assert in_production(code, SITE_URL="https://katalog.example", ALLOWED_HOSTS="katalog.example", DEMO="0") == [
        "max-age=31536000; includeSubDomains; preload", 301, "https://katalog.example/hilfe/",
    ]  # fmt: skip


def test_the_cookie_of_a_form_is_for_the_server_alone(client, db):
    cookie = client.get("/konto/anmelden/").cookies[portal.CSRF_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


def test_the_cookie_of_a_session_is_for_the_server_alone_and_ends_with_the_day(outsider, client):
    confirmed(outsider)
    answer = client.post("/konto/anmelden/", {"login": outsider.email, "password": PASSWORD})
    cookie = answer.cookies[portal.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert portal.SESSION_COOKIE_AGE <= 12 * 3600


def test_a_login_gets_a_new_session(outsider, client):
    confirmed(outsider)
    client.session["x"] = 1
    before = client.session.session_key
    client.post("/konto/anmelden/", {"login": outsider.email, "password": PASSWORD})
    assert client.session.session_key != before


def confirmed(person: User) -> User:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.mark.parametrize("elsewhere", OFF_SITE)
def test_no_next_leads_off_site(elsewhere, outsider, client):
    confirmed(outsider)
    form = {"login": outsider.email, "password": PASSWORD, "next": elsewhere}
    for answer in (client.post("/konto/anmelden/", form), client.get("/konto/anmelden/", {"next": elsewhere}),
                   client.post("/konto/abmelden/", {"next": elsewhere})):  # fmt: skip
        location = answer.get("Location", "")
        assert urlsplit(location).netloc in ("", "testserver"), location
        assert re.match(r"(/(?![/\\])|$)", location), location


@pytest.mark.parametrize(
    "host", ["boese.example", "boese.example:80", "localhost@boese.example", "", "a b", "[::1", "x" * 300]
)
def test_a_foreign_host_is_refused_even_for_a_page_that_is_stored(host, settings, db):
    settings.ALLOWED_HOSTS = ["katalog.example"]
    assert Client().get("/hilfe/", headers={"Host": "katalog.example"}).status_code == 200
    for path in ("/hilfe/", "/", "/abo/", "/api/v1/solutions/", "/konto/passwort/", "/healthz"):
        answer = Client().get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert not host or host not in answer.content.decode(), path


def test_no_address_in_an_answer_comes_from_the_request(catalogue, settings):
    """Two names lead here; a stored answer must be right for both."""
    settings.ALLOWED_HOSTS = ["katalog.example", "anders.example"]
    settings.SITE_URL = "https://katalog.example"
    other = {"Host": "anders.example", "X-Forwarded-Host": "boese.example", "Forwarded": "host=boese.example"}
    for path in ("/", "/loesungen/?q=lösung", "/loesungen/loesung-0/", "/sitemap.xml", "/robots.txt", "/api/v1/",
                 "/api/v1/regions/?page_size=2&page=2", "/api/v1/solutions/loesung-0/", "/api/v1/docs/",
                 "/.well-known/security.txt", "/abo/", "/konto/anmelden/"):  # fmt: skip
        text = Client().get(path, headers=other).content.decode()
        assert "anders.example" not in text, path
        assert "boese.example" not in text, path
    page = Client().get("/api/v1/regions/?page_size=2&page=2", headers=other).json()
    assert page["next"] == "https://katalog.example/api/v1/regions/?page=3&page_size=2"
    html = Client().get("/loesungen/loesung-0/?fuer=07137", headers=other).content.decode()
    assert '<link rel="canonical" href="https://katalog.example/loesungen/loesung-0/">' in html


def test_no_link_in_a_mail_comes_from_the_request(outsider, catalogue, settings):
    confirmed(outsider)
    settings.ALLOWED_HOSTS = ["katalog.example", "anders.example"]
    settings.SITE_URL = "https://katalog.example"
    OutgoingMail.objects.all().delete()
    client = Client(headers={"Host": "anders.example", "X-Forwarded-Host": "boese.example"})
    client.post("/konto/passwort/", {"email": outsider.email})
    client.post("/abo/", {"email": "neu@stadt.example"})
    mails = {mail.to: f"{mail.subject} {mail.text} {mail.html}" for mail in OutgoingMail.objects.all()}
    assert set(mails) == {outsider.email, "neu@stadt.example"}
    for text in mails.values():
        found = {urlsplit(url).netloc for url in re.findall(r"https?://[^\s\"<>]+", text)}
        assert found == {"katalog.example"}


def test_no_page_names_a_foreign_server_to_load_from():
    """What the policy forbids is not even tried."""
    loads = re.compile(r"<(?:script|img|iframe|link rel=\"(?:stylesheet|preload|icon)\")[^>]+(?:src|href)=\"https?:")
    found = [path for path in Path(portal.ROOT, "templates").rglob("*.html") if loads.search(path.read_text())]
    assert found == []
