"""Promises of every public page: it answers, writes nothing, costs the same at any size, and hides what is hidden.

The addresses are those of the resolver: a new public pattern without a sample in `SAMPLES` fails here.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalogue.links import practice_path, report_path, still_path
from members.models import User
from subscriptions.links import confirm_url, manage_path, move_url, preview_path, unsubscribe_path
from tests.full_catalogue import CANARY, FullCatalogue, make_full_catalogue

LOGIN = "/konto/anmelden/"
MANY = 7  # a statement for each row shows with the second one already
SAMPLES: dict[str, str | Callable[[FullCatalogue], str]] = {
    "start": "/",
    "solution_list": "/loesungen/",
    "solution_nearness": "/loesungen/naehe/?fuer=07137&phase=usable",
    "suggestions": "/suche/vorschlaege/?q=lös",
    "solution_detail": "/loesungen/loesung-0/",
    "solution_compare": "/loesungen/vergleich/?s=loesung-0",
    "solution_spread": "/loesungen/loesung-0/verbreitung/",
    "solution_map": "/loesungen/loesung-0/karte.svg",
    "field_detail": "/handlungsfelder/feld-0/",
    "transfer_list": "/transfers/",
    "country_map": "/karte/im-einsatz.svg",
    "region_list": "/regionen/",
    "region_detail": "/regionen/07137/",
    "region_map": "/regionen/07137/karte.svg",
    "region_suggestions": "/regionen/vorschlaege/?q=ort",
    "organisation_list": "/mitglieder/",
    "organisation_detail": "/mitglieder/stadt-0/",
    "exploration_list": "/markterkundungen/",
    "exploration_detail": "/markterkundungen/fertig-0/",
    "tender_list": "/ausschreibungen/",
    "tender_detail": "/ausschreibungen/vergabe-0/",
    "report_use": "/loesungen/loesung-0/nutzen/?art=nutzung&fuer=07137",
    "report_sent": "/meldung/gesendet/",
    "report_forgotten": "/meldung/geloescht/",
    "use_report": lambda catalogue: report_path(catalogue.use_report),
    "still_true": lambda catalogue: still_path(catalogue.asked),
    "practice_report": "/loesungen/loesung-0/praxisbericht/",
    "practice_by_link": lambda catalogue: practice_path(catalogue.asked.transfer.contact),
    "subscribe": "/abo/?region=07137&loesung=loesung-0",
    "subscribe_sent": "/abo/gesendet/",
    "subscription_confirm": lambda catalogue: _path_of(confirm_url(catalogue.subscriber)),
    "subscription_manage": lambda catalogue: manage_path(catalogue.subscriber),
    "subscription_preview": lambda catalogue: preview_path(catalogue.subscriber),
    "subscription_move": lambda catalogue: _path_of(move_url(catalogue.subscriber, catalogue.subscriber.new_email)),
    "solution_feed": "/feed/loesungen.atom",
    "transfer_feed": "/feed/transfers.atom",
    "exploration_feed": "/feed/markterkundungen.atom",
    "exploration_calendar": "/api/v1/market-explorations/offen-0/ical",
    "subscription_unsubscribe": lambda catalogue: unsubscribe_path(catalogue.subscriber),
    "account_login": LOGIN,
    "account_logout": "/konto/abmelden/",
    "account_signup": "/konto/registrieren/",
    "account_inactive": "/konto/gesperrt/",
    "account_reauthenticate": "/konto/bestaetigen/",
    "account_email": "/konto/e-mail/",
    "account_email_verification_sent": "/konto/e-mail-bestaetigen/",
    "account_confirm_email": "/konto/e-mail-bestaetigen/MQ:1abc:def/",
    "account_reset_password": "/konto/passwort/",
    "account_reset_password_done": "/konto/passwort/gesendet/",
    "account_reset_password_from_key": "/konto/passwort/neu/1-abc/",
    "account_reset_password_from_key_done": "/konto/passwort/fertig/",
    "account_change_password": "/konto/passwort/aendern/",
    "account_set_password": "/konto/passwort/setzen/",
    "account_home": "/konto/",
    "components": "/komponenten/",
    "help": "/hilfe/",
    "glossary": "/glossar/",
    "imprint": "/impressum/",
    "privacy": "/datenschutz/",
    "accessibility": "/barrierefreiheit/",
    "easy_language": "/leichte-sprache/",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "robots": "/robots.txt",
    "sitemap": "/sitemap.xml",
    "security_txt": "/.well-known/security.txt",
    "api_root": "/api/v1/",
    "api_schema": "/api/v1/schema/",
    "api_docs": "/api/v1/docs/",
    "api_solution-list": "/api/v1/solutions/?page_size=100",
    "api_solution-detail": "/api/v1/solutions/loesung-0/",
    "api_transfer-list": "/api/v1/transfers/?page_size=100",
    "api_organisation-list": "/api/v1/organisations/?page_size=100",
    "api_organisation-detail": "/api/v1/organisations/stadt-0/",
    "api_region-list": "/api/v1/regions/?page_size=100",
    "api_region-detail": "/api/v1/regions/07137/",
    "api_exploration-list": "/api/v1/market-explorations/?page_size=100",
    "api_exploration-detail": "/api/v1/market-explorations/fertig-0/",
    "api_tender-list": "/api/v1/tenders/?page_size=100",
    "api_tender-detail": "/api/v1/tenders/vergabe-0/",
    "api_field-list": "/api/v1/fields-of-action/",
    "api_field-detail": "/api/v1/fields-of-action/feld-0/",
    "api_unknown": "/api/v1/gibt-es-nicht/",
}
ONLY_WITH_ACCOUNT = {
    "account_home", "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
    "account_logout",
}  # fmt: skip
ELSEWHERE = {  # status where the sample does not answer 200
    "account_set_password": 302,  # whoever has a password changes it instead
    "api_unknown": 404,
}
POSTING = {  # the pages with a form that posts
    "subscribe", "subscription_confirm", "subscription_manage", "subscription_unsubscribe", "subscription_move",
    "account_login",
    "account_reset_password", "report_use", "use_report", "still_true", "practice_by_link",
}  # fmt: skip
WITH_COOKIE = POSTING - {"subscription_unsubscribe"}  # there the token is the authority (RFC 8058)
MORE = (  # views of the same pages that take another way through the code
    "/?fuer=07137",
    "/loesungen/?q=lösung&handlungsfeld=feld-0&phase=usable&ebene=kommune&region=07&pruefstatus=verified&fuer=07137",
    "/loesungen/?sortierung=verbreitung",
    "/loesungen/?region=071375002086&aehnlich=07137&lizenz=nichts&souveraenitaet=quelltext",
    "/loesungen/?sortierung=relevanz&q=lösung",
    "/loesungen/loesung-0/?fuer=07137",
    "/loesungen/loesung-0/verbreitung/?fuer=07137",
    "/loesungen/loesung-0/verbreitung/?jahr=2025",
    "/loesungen/loesung-0/karte.svg?jahr=2025",
    "/loesungen/vergleich/",
    "/loesungen/vergleich/?s=loesung-0&s=geheim-archiv-0&s=geheim-entwurf-0&fuer=07137&q=lösung",
    "/handlungsfelder/feld-0/?fuer=07137",
    "/transfers/?region=07&handlungsfeld=feld-0",
    "/regionen/?q=ort",
    "/regionen/de/",
    "/regionen/07/",
    "/regionen/02/",
    "/markterkundungen/offen-0/",
    "/markterkundungen/?zustand=offen&handlungsfeld=feld-0&auftraggeber=stadt-0&q=erkundung",
    "/ausschreibungen/?stand=awarded&handlungsfeld=feld-0",
    "/mitglieder/?mitgliedschaft=ordinary&q=stadt",
    "/feed/loesungen.atom?q=lösung&handlungsfeld=feld-0",
    "/feed/transfers.atom?region=07&handlungsfeld=feld-0",
    "/feed/markterkundungen.atom?zustand=offen&auftraggeber=stadt-0&q=erkundung",
)
SEARCHES = (
    f"/loesungen/?q={CANARY}", f"/loesungen/?q={CANARY}&sortierung=relevanz", f"/markterkundungen/?q={CANARY}",
    f"/ausschreibungen/?q={CANARY}", f"/mitglieder/?q={CANARY}", f"/regionen/?q={CANARY}",
    f"/regionen/vorschlaege/?q={CANARY}", f"/suche/vorschlaege/?q={CANARY}", f"/api/v1/solutions/?q={CANARY}",
    f"/api/v1/tenders/?q={CANARY}",
    f"/api/v1/market-explorations/?q={CANARY}", "/abo/?loesung=geheim-entwurf-0", "/abo/?loesung=geheim-archiv-0",
)  # fmt: skip
HIDDEN = (
    "loesungen/geheim-entwurf-0/", "loesungen/geheim-archiv-0/", "loesungen/geheim-zurueck-0/",
    "loesungen/geheim-archiv-0/verbreitung/", "loesungen/geheim-archiv-0/karte.svg",
    "markterkundungen/geheim-bedarf-0/", "markterkundungen/geheim-spaeter-0/", "ausschreibungen/geheim-vergabe-0/",
    "api/v1/solutions/geheim-entwurf-0/", "api/v1/solutions/geheim-archiv-0/", "api/v1/solutions/geheim-zurueck-0/",
    "api/v1/market-explorations/geheim-bedarf-0/", "api/v1/market-explorations/geheim-spaeter-0/",
    "api/v1/tenders/geheim-vergabe-0/", "api/v1/market-explorations/geheim-bedarf-0/ical",
    "api/v1/market-explorations/geheim-spaeter-0/ical",
)  # fmt: skip


def _path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """All of it but the admin, which has a test of its own (tests/admin/test_every_page.py)."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.app_name != "admin":
            yield from _patterns(pattern)


@pytest.fixture
def full_catalogue(regions, editor, approver, procurement_officer) -> FullCatalogue:
    return make_full_catalogue(regions, editor, approver, procurement_officer)


@pytest.fixture
def pages(full_catalogue) -> dict[str, str]:
    return {name: sample if isinstance(sample, str) else sample(full_catalogue) for name, sample in SAMPLES.items()}


@pytest.fixture
def account(outsider) -> Client:
    """Nobody gets in without a confirmed address, so its row is there."""
    EmailAddress.objects.create(user=outsider, email=outsider.email, verified=True, primary=True)
    return _logged_in(outsider)


@pytest.fixture
def chief(db) -> Client:
    return _logged_in(User.objects.create_superuser("chefin@campus.example", "ein langes Passwort 1"))


def _logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="govtech_portal.roles.RoleBackend")
    return client


def _answers(pages: dict[str, str], reader: Client, account: Client) -> Iterator[tuple[str, object]]:
    for name, path in pages.items():
        yield name, (account if name in ONLY_WITH_ACCOUNT else reader).get(path)


def _is_html(answer) -> bool:
    return answer["Content-Type"].startswith("text/html") and answer.status_code == 200


def test_every_public_pattern_has_a_sample():
    assert {pattern.name for pattern in _patterns(get_resolver())} - {"mailbox", "mailbox_message"} == set(SAMPLES)


def test_every_page_answers_in_german_with_one_heading_and_its_own_title(pages, client, account):
    titles: dict[str, str] = {}
    for name, answer in _answers(pages, client, account):
        assert answer.status_code == ELSEWHERE.get(name, 200), name
        if not _is_html(answer):
            continue
        html = answer.content.decode()
        assert '<html lang="de">' in html, name
        assert len(re.findall(r"<h1[\s>]", html)) == 1, name
        title = re.search(r"<title>(.*?)</title>", html, re.S).group(1).strip()
        assert title not in titles, f"{name} and {titles.get(title)} are both called {title}"
        titles[title] = name
    assert len(titles) > 30


def test_pages_of_an_account_ask_a_stranger_to_log_in(pages, client):
    for name in ONLY_WITH_ACCOUNT - {"account_logout"}:
        assert client.get(pages[name])["Location"].startswith(f"{LOGIN}?next="), name


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_writes_nothing(method, pages, client, account):
    """The database refuses every write. What may write by GET (house.md) is none of these: a login by OIDC, the
    session row of a person who is logged in, and rate counters."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        for name, path in [*pages.items(), *((path, path) for path in (*MORE, *SEARCHES))]:
            reader = account if name in ONLY_WITH_ACCOUNT else client
            assert getattr(reader, method)(path).status_code < 500, path


def test_reading_the_admin_writes_nothing(full_catalogue, chief):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        for path in _admin_pages():
            assert chief.get(path).status_code in (200, 302, 403), path


def test_the_statements_are_as_many_with_seven_rows_as_with_one(full_catalogue, pages, client, account, chief):
    asked = [(account if name in ONLY_WITH_ACCOUNT else client, path) for name, path in pages.items()]
    asked += [(client, path) for path in MORE] + [(chief, path) for path in _admin_pages()]
    for who, path in asked:  # what is made once a process is not counted
        who.get(path)
    few = [_statements(who, path) for who, path in asked]
    full_catalogue.grow(MANY)
    many = [_statements(who, path) for who, path in asked]
    assert [(path, *n) for (_, path), *n in zip(asked, few, many, strict=True) if n[1] > n[0]] == []


def _statements(who: Client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as statements:
        who.get(path)
    return len(statements)


def _admin_pages() -> list[str]:
    """Index, and for each model its list, its page for a new row, and the page and history of its oldest row."""
    paths = [reverse("admin:index")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        row = model._base_manager.order_by("pk").first()
        if row:
            paths += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]
    return paths


def test_only_pages_with_a_form_set_a_cookie_and_it_is_for_the_form(pages, client):
    set_by = {
        name: set(client_answer.cookies) for name, client_answer in _fresh_answers(pages) if client_answer.cookies
    }
    assert set_by == dict.fromkeys(WITH_COOKIE, {"csrf"})


def test_the_pages_that_post_something_are_known(pages):
    posting = {name for name, answer in _fresh_answers(pages) if re.search(rb'<form[^>]*method="?post', answer.content)}
    assert posting == POSTING


def _fresh_answers(pages: dict[str, str]) -> Iterator[tuple[str, object]]:
    """Each page to a reader who has been nowhere before."""
    for name, path in pages.items():
        yield name, Client().get(path)


def test_a_reader_of_other_views_gets_no_cookie_either(full_catalogue):
    for path in (*MORE, "/gibt-es-nicht/", "/loesungen/gibt-es-nicht/", "/loesungen/?phase=x", "/api/v1/x/"):
        assert not Client().get(path).cookies, path


def test_what_is_hidden_is_nowhere(full_catalogue, pages, client, account):
    full_catalogue.grow(2)
    everything = [*pages.items(), *((path, path) for path in (*MORE, *SEARCHES))]
    for name, path in everything:
        text = _text(account if name in ONLY_WITH_ACCOUNT else client, path)
        shown = text.replace(f"{CANARY}", "") if path in SEARCHES else text  # the search repeats what was typed
        assert CANARY not in shown, name
        assert "geheim-" not in text.replace(path.partition("?")[2], ""), name
        assert "@campus.example" not in text, name


def test_a_search_for_something_hidden_finds_nothing(full_catalogue, client):
    for path in SEARCHES:
        answer = client.get(path)
        if "/api/" in path:
            assert answer.json()["count"] == 0, path
        elif answer["Content-Type"] == "application/json":
            assert answer.json() in ([], {"groups": []}), path
        else:
            assert "geheim-" not in answer.content.decode().replace(path, ""), path


def test_what_is_hidden_is_not_found_even_by_its_address(full_catalogue, client):
    assert [path for path in HIDDEN if client.get(f"/{path}").status_code != 404] == []


def test_who_is_only_interested_stays_unnamed_until_they_consent(full_catalogue, client):
    with_uses = ("/loesungen/loesung-0/", "/loesungen/loesung-0/verbreitung/", "/transfers/", "/api/v1/transfers/",
                 "/regionen/07111/")  # fmt: skip
    for path in with_uses:
        assert "Stille Stadt" not in _text(client, path), path
    assert "Lösung 0" not in _text(client, "/mitglieder/still-0/")
    interested = full_catalogue.regions["07111"].transfers.filter(stage="interest")
    interested.update(is_public=True, consent_by="Amtsleitung", consent_on="2026-01-01")
    assert "Stille Stadt" in _text(client, "/api/v1/transfers/")


def _text(reader: Client, path: str) -> str:
    return reader.get(path).content.decode()
