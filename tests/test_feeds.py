"""Lists in a feed reader and deadlines in a calendar: valid, the same until something changes, and nothing hidden."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from icalendar import Calendar

from catalogue.actions import record_transfer
from catalogue.models import Solution
from members.models import Organisation
from procurement.models import MarketExploration
from tests.full_catalogue import CANARY, make_full_catalogue

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = 'Titel </title><script>&amp; "quoted" \x07\x0b\ufffe ]]> 🦆'
FEEDS = ("/feed/loesungen.atom", "/feed/transfers.atom", "/feed/markterkundungen.atom")


def read(client, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)  # noqa: S314  # our own, and it must parse


def entries(feed: ElementTree.Element) -> list[dict[str, str]]:
    return [
        {name: entry.findtext(ATOM + name) for name in ("id", "title", "updated", "published", "summary")}
        for entry in feed.findall(f"{ATOM}entry")
    ]


def publish(slug: str, **fields) -> Solution:
    now = timezone.now()
    return Solution.objects.create(
        slug=slug, number=1, editorial_status="published", published_at=now,
        **({"title": slug, "summary": "Ein Satz."} | fields),
    )  # fmt: skip


@pytest.fixture
def exploration(db) -> MarketExploration:
    opened = datetime(2026, 11, 1, 8, tzinfo=UTC)
    buyer = Organisation.objects.create(slug="amt", name="Amt; für, alles\\", kind="federal")
    return MarketExploration.objects.create(
        slug="ki", title="KI, offen; \\ " + "lang " * 30, summary="Erste Zeile.\nZweite.", buyer=buyer,
        opened_at=opened, changed_at=opened, questions_due_at=datetime(2026, 11, 28, 11, tzinfo=UTC),
        responses_due_at=datetime(2027, 3, 29, 10, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_shows_what_is_public_and_hides_what_is_hidden(
    client, regions, editor, approver, procurement_officer, address
):
    make_full_catalogue(regions, editor, approver, procurement_officer)
    feed = read(client, address)

    assert len(entries(feed)) >= 1
    assert CANARY not in ElementTree.tostring(feed, "unicode")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href").endswith(address)
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "GovTech-Lösungskatalog"


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_without_entries_is_the_same_tomorrow(client, db, address):
    feed = read(client, address)
    assert (feed.findtext(f"{ATOM}updated"), entries(feed)) == ("2026-01-01T00:00:00+00:00", [])


def test_an_entry_keeps_its_id_and_says_when_it_changed(client, db):
    solution = publish("llmoin", title="LLMoin")
    before = entries(read(client, FEEDS[0]))
    Solution.objects.filter(pk=solution.pk).update(title="LLMoin 2", changed_at=timezone.now() + timedelta(hours=1))
    after = entries(read(client, FEEDS[0]))

    assert [one["id"] for one in before] == [one["id"] for one in after]
    assert before[0]["id"].startswith("tag:")
    assert before[0]["id"].endswith(",2026:loesung/llmoin")
    assert before[0]["updated"] < after[0]["updated"]
    assert after[0]["title"] == "LLMoin 2"


def test_hostile_titles_leave_the_feed_valid(client, db):
    publish("boese", title=HOSTILE, summary=HOSTILE)
    (entry,) = entries(read(client, FEEDS[0]))
    assert entry["title"] == 'Titel </title><script>&amp; "quoted"  ]]> 🦆'


def test_a_feed_takes_the_filters_of_its_list(client, regions, editor):
    for slug, licence, key in (("eins", "MIT", "07137"), ("zwei", "EUPL-1.2", "02")):
        made = publish(slug, licence=licence)
        record_transfer(
            solution=made, region=regions[key], stage="live", verification="verified", evidence="Vertrag", by=editor
        )

    assert [one["title"] for one in entries(read(client, f"{FEEDS[0]}?lizenz=MIT"))] == ["eins"]
    assert [one["title"] for one in entries(read(client, f"{FEEDS[1]}?region=07"))] == [
        "eins ist angekommen: Landkreis Mayen-Koblenz"
    ]
    assert client.get("/transfers/?region=07").content.count(b"/feed/transfers.atom?region=07") == 2
    assert client.get("/loesungen/?lizenz=MIT").content.count(b"/feed/loesungen.atom?lizenz=MIT") == 2


@pytest.mark.parametrize(
    "query",
    ["region=99999", "region=%00", "zustand=quatsch", "phase=%F0%9F%A6%86", "phase=&phase[]=1", "q=" + "x" * 5000],
)
def test_a_filter_that_is_none_is_refused_or_says_nothing(client, regions, query):
    assert {client.get(f"{address}?{query}").status_code for address in FEEDS} <= {200, 400}


def test_at_most_fifty_entries_in_a_fixed_number_of_statements(client, db, django_assert_max_num_queries):
    for number in range(51):
        publish(f"loesung-{number}")
    with django_assert_max_num_queries(6):
        assert len(entries(read(client, FEEDS[0]))) == 50


def test_an_unchanged_feed_is_not_sent_again(client, db):
    publish("eins")
    tag = client.get(FEEDS[0]).headers["ETag"]
    assert client.get(FEEDS[0], headers={"If-None-Match": tag}).status_code == 304
    publish("zwei")
    assert client.get(FEEDS[0], headers={"If-None-Match": tag}).status_code == 200


def calendar(client, exploration: MarketExploration) -> tuple[Calendar, bytes]:
    answer = client.get(f"/api/v1/market-explorations/{exploration.slug}/ical")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content), answer.content


def test_both_deadlines_are_events_with_their_own_lasting_names(client, exploration):
    found, source = calendar(client, exploration)
    events = {str(event["uid"]).split("@")[0]: event for event in found.walk("VEVENT")}

    assert list(events) == ["ki-fragen", "ki-rueckmeldungen"]
    assert events["ki-rueckmeldungen"].decoded("dtstart") == exploration.responses_due_at
    assert events["ki-rueckmeldungen"]["status"] == "CONFIRMED"
    assert b"DTSTART:20270329T100000Z" in source
    assert max(len(line) for line in source.split(b"\r\n")) <= 75
    assert str(events["ki-fragen"]["summary"]) == f"Frist für Fragen: {exploration.title}"
    assert str(events["ki-fragen"]["description"]).startswith(
        "Erste Zeile.\nZweite.\nAuftraggeber: Amt; für, alles\\\n"
    )


def test_an_extended_deadline_is_the_same_event_with_a_higher_sequence(client, exploration):
    def event() -> tuple[str, int, datetime]:
        found = calendar(client, exploration)[0].walk("VEVENT")[1]
        return str(found["uid"]), found["sequence"], found.decoded("dtstart")

    uid, sequence, due = event()
    later = due + timedelta(days=7)
    MarketExploration.objects.update(responses_due_at=later, changed_at=timezone.now())

    assert sequence == 0
    assert event()[::2] == (uid, later)
    assert event()[1] > sequence


def test_a_withdrawn_exploration_cancels_its_events(client, exploration):
    MarketExploration.objects.update(withdrawn_at=timezone.now(), withdrawn_reason="Grund")
    assert {str(event["status"]) for event in calendar(client, exploration)[0].walk("VEVENT")} == {"CANCELLED"}


def test_what_is_not_opened_has_no_calendar(client, exploration):
    MarketExploration.objects.update(opened_at=None)
    assert client.get("/api/v1/market-explorations/ki/ical").status_code == 404
    assert client.get("/api/v1/market-explorations/fehlt/ical").status_code == 404


def test_the_page_of_an_exploration_offers_its_calendar(client, exploration):
    assert b'href="/api/v1/market-explorations/ki/ical"' in client.get("/markterkundungen/ki/").content
