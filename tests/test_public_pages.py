"""Promises of every public page: it answers, writes nothing, costs the same at any size, and hides what is hidden.

The addresses are those of the resolver: a new public pattern without a sample in `SAMPLES` fails here.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from catalogue.actions import record_transfer
from catalogue.actions.proposing import propose_solution
from catalogue.content import empty_content
from catalogue.facets import index
from members.models import Invitation, Organisation, OrganisationUser, User
from members.models.invitations import hash_of
from tests.full_catalogue import CANARY, FullCatalogue, make_full_catalogue
from tests.public_samples import (
    ELSEWHERE,
    HIDDEN,
    LOGIN,
    MORE,
    ONLY_WITH_ACCOUNT,
    POSTING,
    SAMPLES,
    SEARCHES,
    TOKEN,
    WITH_COOKIE,
)

MANY = 7  # a statement for each row shows with the second one already


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
def own(outsider, full_catalogue, regions, editor) -> Organisation:
    """An organisation that is theirs, with an invitation, a proposal and a use that nobody confirmed."""
    organisation = Organisation.objects.create(slug="eigene", name="Eigene Stadt", kind="municipal")
    OrganisationUser.objects.create(organisation=organisation, user=outsider, role="owner")
    Invitation.objects.create(
        organisation=organisation, email="neu@eigene.example", role="editor", token_hash=hash_of(TOKEN),
        invited_by=outsider, expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    content = empty_content() | {"title": "Eigener Vorschlag", "summary": "Kurz."}
    proposal = propose_solution(organisation=organisation, content=content, by=outsider, submits=False)
    record_transfer(
        solution=proposal.solution, region=regions["07137"], organisation=organisation, stage="live",
        verification="unverified", by=editor,
    )  # fmt: skip
    return organisation


@pytest.fixture
def pages(full_catalogue, own) -> dict[str, str]:
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
    """With nothing kept in this process from the request before."""
    cache.clear()
    index.forget()
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
