"""A machine harvests: every route, complete rows, the same filters as the pages."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import (
    FieldOfAction,
    ReusePath,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
    Transfer,
)
from members.models import Membership, Organisation, Region
from procurement.models import Tender
from tests.api.conftest import CANARY, make_exploration, make_solution

API = "/api/v1/"
LISTS = ("solutions", "transfers", "organisations", "regions", "market-explorations", "tenders", "fields-of-action")
ROWS = (
    "solutions/llmoin/", "organisations/hamburg/", "regions/02/", "regions/de/", "market-explorations/ki-assistenz/",
    "tenders/ki/", "fields-of-action/ki/",
)  # fmt: skip


def results(client, asked: str) -> list[dict]:
    answer = client.get(API + asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_the_way_in_names_every_list(client, db):
    answer = client.get(API).json()
    assert set(answer) == {*LISTS, "schema", "docs"}
    for address in answer.values():
        assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 200


@pytest.mark.parametrize("path", ROWS)
def test_each_row_has_an_address_and_is_the_same_there_as_in_its_list(client, shown, path):
    kind, key, _ = path.split("/")
    row = client.get(API + path).json()
    assert row in results(client, f"{kind}/")
    assert row.get("slug", row.get("key")) == key


def test_a_solution_is_complete(client, shown):
    row = client.get(f"{API}solutions/llmoin/").json()
    picked = {name: row[name] for name in (
        "slug", "fields_of_action", "organisations", "contacts", "sources", "reported_coverages", "reuse_paths",
        "is_ai", "licence", "campus_stage", "published_at", "url",
    )}  # fmt: skip
    assert picked == {
        "slug": "llmoin",
        "fields_of_action": [{"slug": "ki", "name": "Künstliche Intelligenz"}],
        "organisations": [{"slug": "hamburg", "name": "Stadt Hamburg", "role": "owner"}],
        "contacts": [
            {"name": "Amt", "organisation": "", "email": "amt@hamburg.example", "phone": "", "url": ""}
        ],
        "sources": [{"title": "Quelle", "url": "https://quelle.example"}],
        "reported_coverages": [{"n": 4, "of": 16, "unit": "Länder", "as_of": "09/2025", "source": "Quelle"}],
        "reuse_paths": [
            {
                "region": "de", "legal_route": "agreement", "steps": "1. Anrufen", "template_url": "", "cost": "",
                "contact": "",
            }
        ],
        "is_ai": True,
        "licence": "MIT",
        "campus_stage": "identified",
        "published_at": "2026-03-01T13:00:00+01:00",
        "url": "http://localhost:8000/loesungen/llmoin/",
    }  # fmt: skip


def test_a_transfer_says_who_taught_it(client, shown):
    rows = {row["region"]["key"]: row for row in results(client, "transfers/")}
    assert rows["07"]["taken_over_from"] == {"region": "02", "organisation": "hamburg"}
    assert rows["07"]["organisation"] is None
    first = rows["02"]
    assert first["solution"] == {"slug": "llmoin", "title": "Lösung llmoin"}
    assert first["region"] == {"key": "02", "label": "Hamburg", "kind": "state"}
    assert (first["stage"], first["verification"], first["live_since"]) == ("live", "verified", "2024-01-01")
    assert first["taken_over_from"] is None


def test_the_chain_is_linked_both_ways(client, shown):
    exploration = client.get(f"{API}market-explorations/ki-assistenz/").json()
    tender = client.get(f"{API}tenders/ki/").json()
    solution = {"slug": "llmoin", "title": "Lösung llmoin"}
    assert (exploration["state"], exploration["solutions"]) == ("published", [solution])
    assert exploration["tenders"] == [{"slug": "ki", "title": "Ausschreibung KI"}]
    assert tender["solutions"] == [solution]
    assert tender["market_explorations"] == [{"slug": "ki-assistenz", "title": "Erkundung ki-assistenz"}]


def test_an_organisation_has_its_memberships(client, shown):
    row = client.get(f"{API}organisations/hamburg/").json()
    assert row["memberships"] == [{"category": "ordinary", "since": "2021-06-01", "until": None}]
    assert row["region"] == "02"


def test_a_region_is_found_by_key_and_by_ags_and_says_which_row_counts(client, regions):
    Region.objects.filter(key="071375002086").update(ags="07137086")
    by_key = client.get(f"{API}regions/071375002086/").json()
    assert client.get(f"{API}regions/07137086/").json() == by_key
    assert by_key["counts_as"] == "071375002086"
    assert client.get(f"{API}regions/02000/").json()["counts_as"] == "02"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("solutions/?q=llmoin", ["llmoin"]),
        ("solutions/?handlungsfeld=ki", ["llmoin"]),
        ("solutions/?field_of_action=ki&ai=true", ["llmoin"]),
        ("solutions/?ai=false", ["andere"]),
        ("solutions/?region=02", ["llmoin"]),
        ("organisations/?kind=state", ["hamburg"]),
        ("organisations/?membership=partner", []),
        ("market-explorations/?state=open&buyer=hamburg", ["ki-assistenz"]),
        ("market-explorations/?state=closed", []),
        ("tenders/?status=announced&field_of_action=ki", []),
        ("tenders/?stand=announced", ["ki"]),
        ("solutions/?modified_since=2026-03-01T12:00:00Z", ["andere", "llmoin"]),
        ("solutions/?modified_since=2026-03-01T12:00:01Z", []),
        ("market-explorations/?modified_since=2126-01-01", []),
    ],
)
def test_both_languages_ask_the_same(client, shown, asked, expected):
    make_solution("andere")
    assert [row["slug"] for row in results(client, asked)] == expected


def test_regions_are_asked_by_level_and_by_what_they_lie_in(client, regions):
    inside = results(client, "regions/?within=07137&kind=municipality")
    assert [row["label"] for row in inside] == ["Polch"]
    assert len(results(client, "regions/?within=de&page_size=100")) == len(regions)


def test_a_region_that_ended_is_not_listed(client, regions):
    Region.objects.filter(key="071375002086").update(valid_until="2025-01-01")
    assert "071375002086" not in [row["key"] for row in results(client, "regions/")]
    assert client.get(f"{API}regions/071375002086/").status_code == 404


def test_links_to_other_pages_keep_every_filter(client, shown):
    for number in range(5):
        make_solution(f"nr-{number}")
    first = client.get(f"{API}solutions/?modified_since=2026-01-01&page_size=2&level=&q=l%C3%B6sung").json()
    assert first["count"] == 6
    assert first["next"] == (
        f"{settings.SITE_URL}/api/v1/solutions/?level=&modified_since=2026-01-01&page=2&page_size=2&q=l%C3%B6sung"
    )
    second = client.get(first["next"].removeprefix(settings.SITE_URL)).json()
    third = client.get(second["next"].removeprefix(settings.SITE_URL)).json()
    every = [row["slug"] for page in (first, second, third) for row in page["results"]]
    assert every == ["llmoin", "nr-4", "nr-3", "nr-2", "nr-1", "nr-0"]  # by spread, then the newest
    assert third["next"] is None


def test_page_and_seite_are_the_same(client, regions):
    assert results(client, "regions/?seite=2&page_size=3") == results(client, "regions/?page=2&page_size=3")


def test_an_unchanged_answer_is_not_sent_twice(client, shown):
    first = client.get(f"{API}solutions/llmoin/")
    again = client.get(f"{API}solutions/llmoin/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    shown.solution.save()
    assert client.get(f"{API}solutions/llmoin/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_one_row_says_when_it_changed(client, shown):
    assert client.get(f"{API}solutions/llmoin/")["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_what_is_hidden_is_nowhere(client, shown, hidden):
    for name in LISTS:
        assert CANARY not in client.get(f"{API}{name}/?page_size=100").content.decode()
    for path in ROWS:
        assert CANARY not in client.get(API + path).content.decode()
    for path in hidden.paths:
        assert client.get(API + path).status_code == 404


def test_who_taught_it_is_silent_when_the_teacher_is_not_public(client, shown, hidden):
    rows = {row["region"]["key"]: row for row in results(client, "transfers/")}
    assert set(rows) == {"02", "07"}
    assert rows["07"]["taken_over_from"] is None


@pytest.mark.parametrize(
    "asked",
    [
        "solutions/?q=Geheim", "tenders/?q=Geheim", "market-explorations/?q=Geheim", "transfers/?region=07137",
        "transfers/?stand=interest", "solutions/?region=07137",
    ],
)  # fmt: skip
def test_a_filter_does_not_tell_that_something_hidden_is_there(client, shown, hidden, asked):
    assert results(client, asked) == []


def test_consent_shows_an_interest(client, shown, hidden):
    Transfer.objects.filter(stage="interest").update(is_public=True, consent_by="Amtsleitung", consent_on="2026-01-01")
    assert [row["region"]["key"] for row in results(client, "transfers/?stage=interest")] == ["07137"]


def test_a_result_appears_with_its_publication(client, shown):
    shown.exploration.responses_due_at = timezone.now() - timedelta(days=2)
    shown.exploration.result_published_at = timezone.now() - timedelta(days=1)
    shown.exploration.result_summary = "Neun Antworten"
    shown.exploration.save()
    row = client.get(f"{API}market-explorations/ki-assistenz/").json()
    assert (row["state"], row["result_summary"]) == ("evaluated", "Neun Antworten")


def grow(shown, regions, number: int) -> None:
    """One more of everything, with everything that hangs on it."""
    field = FieldOfAction.objects.create(slug=f"feld-{number}", name=f"Feld {number}")
    organisation = Organisation.objects.create(slug=f"stelle-{number}", name=f"Stelle {number}", kind="company")
    Membership.objects.create(organisation=organisation, category="partner")
    solution = make_solution(f"loesung-{number}")
    solution.fields_of_action.add(field, shown.field)
    SolutionOrganisation.objects.create(solution=solution, organisation=organisation, role="owner")
    SolutionContact.objects.create(solution=solution, name="Amt")
    SolutionSource.objects.create(solution=solution, title="Quelle")
    ReusePath.objects.create(solution=solution, region=regions["02"], legal_route="tender", steps="1.")
    Transfer.objects.create(
        solution=solution, region=regions["02"], organisation=organisation, stage="live", from_transfer=shown.transfer
    )
    exploration = make_exploration(f"erkundung-{number}", organisation)
    exploration.solutions.add(solution)
    exploration.fields_of_action.add(field)
    tender = Tender.objects.create(slug=f"t-{number}", title="Titel", buyer=organisation, status="announced")
    tender.explorations.add(exploration)
    tender.solutions.add(solution)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_database_at_most_three_times(client, shown, regions, name):
    def statements() -> int:
        client.get(f"{API}solutions/")  # what is asked once a state of the portal is not counted
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{API}{name}/?page_size=100").status_code == 200
        return len(asked)

    few = statements()
    for number in range(30):
        grow(shown, regions, number)
    assert statements() == few
    assert few <= 3  # the version of the page cache, the count, the rows
