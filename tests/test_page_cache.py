"""A page is built once per state of the portal, and no answer outlives what it shows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import FieldOfAction
from govtech_portal.moments import last_flip, midnight_before
from govtech_portal.page_cache import known_parameters
from members.models import Organisation, PortalVersion
from procurement.models import MarketExploration

pytestmark = pytest.mark.django_db


@pytest.fixture
def exploration() -> MarketExploration:
    now = timezone.now()
    return MarketExploration.objects.create(
        slug="ki", title="KI gesucht", summary="Wir suchen.", opened_at=now - timedelta(days=8),
        responses_due_at=now + timedelta(seconds=30),
        buyer=Organisation.objects.create(slug="amt", name="Amt", kind="federal"),
    )  # fmt: skip


def tag_of(client: Client, address: str) -> str:
    return client.get(address).headers["ETag"]


def test_the_second_reader_gets_the_page_without_building_it(client, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(1):  # the version
        assert client.get("/").status_code == 200


def test_who_has_the_page_is_told_that_nothing_changed(client):
    answer = client.get("/", headers={"If-None-Match": tag_of(client, "/")})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_write_ends_the_page(client):
    before = tag_of(client, "/")
    FieldOfAction.objects.create(slug="neu", name="Neues Feld")
    answer = client.get("/", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "Neues Feld" in answer.content.decode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/loesungen/?phase=usable&q=a", "/loesungen/?q=a&phase=usable"),
        ("/loesungen/?q=a", "/loesungen/?q=a&utm_source=x&fremd=1"),
    ],
)
def test_the_order_of_parameters_and_unknown_ones_make_no_second_page(client, one, other):
    assert tag_of(client, one) == tag_of(client, other)


def test_different_questions_are_different_pages(client):
    addresses = ["/loesungen/", "/loesungen/?q=a", "/loesungen/?q=b", "/loesungen/?seite=2", "/loesungen/?fuer=de", "/"]
    assert len({tag_of(client, address) for address in addresses}) == len(addresses)


def test_every_parameter_that_a_page_knows_is_part_of_its_key():
    assert {"q", "fuer", "seite", "handlungsfeld", "phase", "ebene", "region", "lizenz", "sortierung"} <= (
        known_parameters()
    )


def test_a_passed_deadline_ends_the_page_although_nobody_writes(client, exploration, monkeypatch):
    later = exploration.responses_due_at + timedelta(seconds=1)
    version = PortalVersion.current()
    now = timezone.now()

    assert last_flip(version, now) < now < last_flip(version, later) == exploration.responses_due_at


def test_midnight_in_berlin_ends_the_page():
    now = timezone.now()
    tomorrow = midnight_before(now) + timedelta(hours=26)

    assert last_flip(1, now) != last_flip(1, tomorrow)


def test_who_is_logged_in_gets_a_page_of_their_own(client, editor):
    client.force_login(editor, backend="govtech_portal.roles.RoleBackend")
    assert "ETag" not in client.get("/").headers


def test_a_name_given_twice_poisons_no_other_page(client, regions):
    client.get("/?fuer=07137&fuer=")
    one = client.get("/?fuer=07137").content
    assert "Landkreis Mayen-Koblenz" in one.decode()
    assert tag_of(client, "/loesungen/?seite=1&seite=2") != tag_of(client, "/loesungen/?seite=2&seite=1")
