"""What the API cannot answer it says as problem+json (RFC 9457), with the reason, and it writes nothing."""

import pytest

from members.models import PortalVersion
from tests.api.test_rows import API, LISTS


def problem(answer) -> dict:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert {"type", "title", "detail"} <= set(body)
    return body


@pytest.mark.parametrize(
    "path",
    [
        "gibt-es-nicht/", "solutions/nichts/", "solutions/a/b/c/", "regions/999/", "transfers/1/", "solutions/%00/",
        "regions/071370000000000000/",
    ],
)  # fmt: skip
def test_an_unknown_address_is_a_problem_and_no_page(client, db, path):
    assert problem(client.get(API + path))["title"] == "Not Found"


def test_a_missing_slash_is_forgiven(client, db):
    assert client.get(f"{API}solutions")["Location"] == f"{API}solutions/"


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_parameter_is_refused_with_its_name(client, db, name):
    body = problem(client.get(f"{API}{name}/?farbe=blau"))
    assert body["errors"] == {"farbe": ["Diesen Parameter gibt es hier nicht."]}


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("solutions/?phase=x", "phase"),
        ("solutions/?stage=x", "phase"),
        ("solutions/?modified_since=gestern", "geaendert_seit"),
        ("solutions/?q=%00", "q"),
        ("solutions/?page_size=viele", "page_size"),
        ("solutions/?page_size=0", "page_size"),
        ("organisations/?kind=x", "art"),
        ("organisations/?scaling_partner=vielleicht", "skalierungspartner"),
        ("regions/?within=x", "innerhalb"),
        ("regions/?kind=x", "ebene"),
        ("market-explorations/?state=x", "zustand"),
        ("market-explorations/?buyer=gibtsnicht", "auftraggeber"),
        ("tenders/?status=planned", "stand"),
        ("tenders/?field_of_action=gibtsnicht", "handlungsfeld"),
    ],
)
def test_a_value_that_is_not_understood_is_refused_with_the_reason(client, regions, asked, parameter):
    answer = client.get(API + asked)
    assert answer.status_code == 400
    reasons = problem(answer)["errors"]
    assert list(reasons) == [parameter]
    assert reasons[parameter]


@pytest.mark.parametrize("path", ["solutions/llmoin/?q=x", "?x=1", "schema/?version=2"])
def test_one_row_and_the_way_in_take_no_questions(client, shown, path):
    assert client.get(API + path).status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999", "9" * 5000, "1.5", "%00"])
def test_a_page_that_does_not_exist_is_a_problem(client, shown, page):
    assert client.get(f"{API}solutions/?page={page}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["solutions/", "solutions/llmoin/", "transfers/", ""])
def test_nothing_can_be_written(client, shown, method, path):
    before = PortalVersion.current()
    answer = getattr(client, method)(API + path, data="{}", content_type="application/json")
    assert answer.status_code == 405
    assert problem(answer)["title"] == "Method Not Allowed"
    assert PortalVersion.current() == before


def test_another_format_is_not_acceptable(client, shown):
    answer = client.get(f"{API}solutions/", headers={"Accept": "application/xml"})
    assert answer.status_code == 406
    problem(answer)


def test_an_unknown_format_is_not_found(client, shown):
    assert client.get(f"{API}solutions/?format=xml").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["q=" + "a" * 8000, "q=%ED%A0%80", "region=" + "0" * 400, "phase[]=1", "field_of_action=%00", "q=" + "%25_" * 60,
     "modified_since=99999-01-01T00:00:00Z", "modified_since=0001-01-01T00:00:00%2B14:00", "region=%27;--"],
)  # fmt: skip
@pytest.mark.parametrize("name", LISTS)
def test_bad_input_is_refused_or_answered_and_never_an_error(client, shown, name, query):
    assert client.get(f"{API}{name}/?{query}").status_code in (200, 400)


def test_no_cookie_is_set(client, shown):
    assert not client.get(f"{API}solutions/").cookies
