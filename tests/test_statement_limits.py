"""How often a page asks the database: a small number, the same whatever there is to show."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.full_catalogue import make_full_catalogue

LIMITS = {
    "/loesungen/": 4,
    "/loesungen/?handlungsfeld=feld-0&phase=usable": 4,
    "/loesungen/?region=07&ebene=kommune&sortierung=verbreitung": 4,
    "/loesungen/loesung-0/": 8,
    "/api/v1/solutions/": 3,
    "/api/v1/solutions/?handlungsfeld=feld-0": 3,
    "/api/v1/transfers/": 3,
}


@pytest.fixture
def catalogue(regions, editor, approver, procurement_officer):
    return make_full_catalogue(regions, editor, approver, procurement_officer)


def statements(path: str) -> int:
    """Of a page that nobody has asked for since the last change; what is read once a state is there already."""
    client = Client()
    client.get("/api/v1/solutions/?page_size=7")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_a_page_asks_no_more_than_its_limit_and_no_more_when_there_is_more(catalogue):
    few = {path: statements(path) for path in LIMITS}
    assert {path: n for path, n in few.items() if n > LIMITS[path]} == {}
    catalogue.grow(3)
    many = {path: statements(path) for path in LIMITS}
    assert {path: (few[path], n) for path, n in many.items() if n > few[path]} == {}


def test_who_has_the_page_costs_one_question(catalogue, django_assert_num_queries):
    tag = Client().get("/loesungen/loesung-0/").headers["ETag"]
    with django_assert_num_queries(1):
        assert Client(headers={"If-None-Match": tag}).get("/loesungen/loesung-0/").status_code == 304
