"""The demo's truth: real solutions say what a source says, examples say that they are invented."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from catalogue.actions import move_transfer, record_transfer, release_revision, save_revision, submit_revision
from catalogue.actions.revisions import start_revision
from catalogue.content import content_of
from catalogue.models import Arrival, Solution, SolutionRevision, Transfer
from govtech_portal.demo_catalogue.reading import all_region_keys, rows, when
from govtech_portal.demo_catalogue.transfers import steps_of
from members.models import Organisation, PortalVersion, Region, User
from members.models.regions import ancestor_keys
from members.regions.loading import load_regions
from members.regions.table import read_table
from procurement.models import MarketExploration, Tender
from subscriptions.models import Announcement, Notification, Subscriber, Subscription
from subscriptions.news import NEWS, NewsKind, unannounced

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MAYEN_KOBLENZ = "07137"


def real(kind: str) -> list[dict]:
    return [row for row in rows(kind) if not row["is_fictitious"]]


def fictitious(kind: str) -> list[dict]:
    return [row for row in rows(kind) if row["is_fictitious"]]


def strings(value) -> list[str]:
    """Every text anywhere in a row."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


# what the files say


def test_there_are_enough_real_solutions():
    assert len(real("solutions")) == 68


def test_every_real_solution_names_its_source():
    assert [row["slug"] for row in real("solutions") if not row.get("sources")] == []


def test_addresses_of_sources_are_complete():
    addresses = [source["url"] for row in real("solutions") for source in row["sources"] if "url" in source]
    assert [url for url in addresses if "…" in url or not url.startswith(("https://", "http://"))] == []


def test_every_real_transfer_and_tender_names_its_source():
    assert [row for kind in ("transfers", "tenders") for row in real(kind) if not row.get("source")] == []


def test_summaries_are_one_short_sentence():
    too_long = [row["slug"] for row in rows("solutions") if len(row["summary"]) > 150]
    assert too_long == []
    assert [row["slug"] for row in rows("solutions") if not row["summary"].endswith(".")] == []


def test_examples_say_so_in_title_and_text_and_nothing_real_does():
    for kind in ("solutions", "explorations", "tenders"):
        assert [row["slug"] for row in fictitious(kind) if not row["title"].startswith("Beispiel: ")] == []
        assert [row["slug"] for row in fictitious(kind) if "rei erfunden" not in " ".join(strings(row))] == []
        assert [row["slug"] for row in real(kind) if "Beispiel: " in row["title"]] == []
    assert [row["name"] for row in fictitious("organisations") if not row["name"].startswith("Beispiel")] == []


def test_use_of_an_example_says_so_in_its_scope():
    assert [row for row in fictitious("transfers") if "Beispiel" not in row["scope"]] == []


def test_only_examples_are_used_in_examples_and_only_real_ones_in_real_transfers():
    invented = {row["slug"] for row in fictitious("solutions")}
    assert {row["solution"] for row in fictitious("transfers")} <= invented
    assert {row["solution"] for row in real("transfers")} & invented == set()


def test_addresses_of_examples_lead_nowhere():
    words = " ".join(text for kind in ("solutions", "organisations", "explorations", "tenders", "transfers")
                     for row in fictitious(kind) for text in strings(row)).split()  # fmt: skip
    addresses = [word for word in words if "://" in word or "@" in word]
    assert addresses
    assert [word for word in addresses if ".example" not in word] == []


def test_nothing_real_is_called_usable_or_scaling():
    assert {row.get("campus_stage", "identified") for row in real("solutions")} == {
        "identified", "evaluating", "retired",
    }  # fmt: skip


def test_a_verified_transfer_has_a_date():
    verified = [row for row in rows("transfers") for step in steps_of(row) if step["verification"] == "verified"]
    assert [row for row in verified if not all(step["at"] for step in steps_of(row))] == []


def test_the_stage_of_every_state_is_shown_by_an_example():
    shown = {step["stage"] for row in fictitious("transfers") for step in steps_of(row)}
    assert shown == set(Transfer.Stage.values)


def test_llmoin_has_not_reached_mayen_koblenz():
    keys = {row["region"] for row in rows("transfers") if row["solution"] == "llmoin"}
    assert {key for key in keys if key.startswith(MAYEN_KOBLENZ)} == set()
    assert keys == {"02", "03", "04", "07", "15"}


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2025-09-30", "2025-09-30", "day"),
        ("2025-09", "2025-09-01", "month"),
        ("2025", "2025-01-01", "year"),
        ("24 days ago", "2026-10-31", "day"),
        ("in 21 days", "2026-12-15", "day"),
    ],
)
def test_dates_are_as_precise_as_their_source(text, day, precision):
    read = when(text, NOW)
    assert (read.day.isoformat(), read.precision) == (day, precision)


def test_a_date_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="bald"):
        when("bald", NOW)


# loading


@pytest.fixture
def country(db):
    """The regions that the catalogue names, with what is above them, from the project's own table."""
    table = read_table()
    wanted = all_region_keys() | {MAYEN_KOBLENZ}
    wanted |= {row.canonical for row in table.rows if row.key in wanted and row.canonical}
    wanted |= {above for key in wanted for above in ancestor_keys(key)}
    load_regions(table=table._replace(rows=[row for row in table.rows if row.key in wanted]), successions={})


@pytest.fixture
def demo(country, settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv("DEMO_PASSWORD", "ein langes Passwort 1")
    return load


def load() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_it_loads_only_in_the_demo(settings, db):
    settings.DEMO = False
    with pytest.raises(CommandError, match="keine Demo"):
        call_command("load_demo")


def test_it_asks_for_the_password(settings, monkeypatch, db):
    settings.DEMO = True
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("load_demo")


def test_it_says_what_to_do_without_regions(settings, monkeypatch, db):
    settings.DEMO = True
    monkeypatch.setenv("DEMO_PASSWORD", "ein langes Passwort 1")
    with pytest.raises(CommandError, match="load_regions"):
        call_command("load_demo")
    assert User.objects.count() == 0


def test_what_is_loaded_is_whole_and_a_second_load_writes_nothing(demo, client):
    assert "Lösungen: 75 neu" in demo()
    version = PortalVersion.current()

    assert set(demo().split("\n")[:-1]) == {f"{label}: nichts neu" for label in (
        "Zugänge", "Handlungsfelder", "Organisationen", "Campus-Standorte", "Lösungen", "Transfers",
        "Praxisberichte", "Meldungen",
        "Markterkundungen", "Ausschreibungen",
    )}  # fmt: skip
    assert PortalVersion.current() == version

    assert Solution.objects.published().count() == 74  # one example waits for its release
    assert set(Solution.objects.published().values_list("campus_stage", flat=True)) == set(Solution.Stage.values)
    assert Transfer.objects.exclude(region__canonical=None).count() == 0
    assert not Solution.objects.published().filter(title__startswith="Beispiel").exclude(is_fictitious=True).exists()
    assert not Solution.objects.filter(is_fictitious=True).exclude(title__startswith="Beispiel: ").exists()
    assert set(SolutionRevision.objects.open().values_list("solution__slug", "status")) == {
        ("beispiel-hundesteuer", "draft"),
        ("beispiel-posteingang-ki", "in_review"),
        ("beispiel-umzugshelfer", "in_review"),
    }
    chain = MarketExploration.objects.get(slug="beispiel-posteingang")
    assert [tender.solutions.get().slug for tender in chain.tenders.all()] == ["beispiel-posteingang-ki"]
    assert chain.solutions.get().slug == "beispiel-posteingang-ki"
    notice = Tender.objects.get(notice_id="454760-2024")
    assert notice.solutions.get().slug == "ki-textbearbeitung-hmwvw"

    assert Arrival.objects.get(solution__slug="llmoin", region__key="07").arrived_at.date().isoformat() == "2025-08-31"
    assert client.login(email="redaktion@demo.example", password="ein langes Passwort 1")
    staff = User.objects.filter(email__endswith="@demo.example", is_staff=True)
    assert {user.groups.get().name for user in staff} == set(User.ROLES)
    acting = User.objects.get(email="kommune@demo.example").organisations.get()
    assert (acting.organisation.slug, acting.role) == ("beispielstadt", "owner")


def test_what_people_changed_stays_and_what_they_did_is_still_told(demo, approver, editor, settings):
    settings.UNDO_SECONDS = 0
    demo()
    subscribed = Subscriber.objects.create(email="alle@kommune.example", confirmed_at=NOW - timedelta(days=9999))
    Subscription.objects.create(
        subscriber=subscribed, kinds=NewsKind.values, confirmed_at=NOW - timedelta(days=9999)
    )  # fmt: skip
    solution = Solution.objects.get(slug="llmoin")
    revision = start_revision(solution=solution, by=editor)
    save_revision(revision=revision, content=content_of(solution) | {"summary": "Von Hand geändert."}, by=editor)
    submit_revision(revision=revision, by=editor)
    release_revision(revision=revision, by=approver)
    Organisation.objects.filter(slug="hamburg").update(name="Hamburg, von Hand")
    ended = Transfer.objects.get(solution=solution, region__key="04")
    move_transfer(transfer=ended, stage="ended", verification="verified", evidence="Vertrag", by=editor)
    MarketExploration.objects.filter(slug="beispiel-drohnen").delete()  # missing again, so the load adds something
    district = Region.objects.get(key=MAYEN_KOBLENZ)
    record_transfer(
        solution=solution, region=district, stage="live", verification="verified", evidence="Vertrag", by=editor
    )

    assert "Markterkundungen: 1 neu" in demo()

    solution.refresh_from_db()
    assert solution.summary == "Von Hand geändert."
    assert Organisation.objects.get(slug="hamburg").name == "Hamburg, von Hand"
    assert [t.stage for t in Transfer.objects.filter(solution=solution, region__key="04")] == ["ended"]
    waiting = {kind: unannounced(kind, NOW + timedelta(days=9999), timedelta(0)).count() for kind in NEWS}
    assert {kind: count for kind, count in waiting.items() if count} == {NewsKind.ARRIVAL: 1}
    assert Notification.objects.count() == 0
    assert Announcement.objects.filter(kind=NewsKind.ARRIVAL, solution=solution).count() == 5
