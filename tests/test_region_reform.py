"""A reform of the regions: everything follows to the region that goes on, and nobody is told twice because of it."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone

from catalogue.actions import move_transfer, record_transfer, report_use
from catalogue.models import Arrival, PracticeReport, ReusePath, Solution, Transfer, TransferContact, UseReport
from govtech_portal.region_reform import load_vintage
from members.models import Organisation, PortalVersion, Region, User
from members.regions.building import build_table
from members.regions.gv100ad import read_directory
from members.regions.table import RegionFacts, RegionTable, Succession, read_successors, read_table, write_table
from procurement.models import MarketExploration
from subscriptions.actions import announce
from subscriptions.models import Announcement, Notification, Subscriber, Subscription
from subscriptions.news import NewsKind

PUBLISHED = Path(django_settings.ROOT).parent / "shared" / "data" / "regions"
BEFORE, AFTER = date(2022, 12, 31), date(2025, 11, 30)
LONG_AGO = timezone.now() - timedelta(days=30)
LIVE = {"stage": "live", "verification": "verified", "evidence": "Vertrag", "at": LONG_AGO}

pytestmark = pytest.mark.django_db


def facts(key: str, kind: str, label: str, *, canonical: str | None = None) -> RegionFacts:
    ags = "" if kind == "association" else key[:5] + key[9:]
    return RegionFacts(key, ags, kind, "Stadt", label, label, 100, 10, 7.0, 50.0, "", "", canonical)


COUNTRY = [
    facts("", "federal", "Deutschland"),
    facts("07", "state", "Rheinland-Pfalz"),
    facts("07137", "district", "Landkreis Mayen-Koblenz"),
    facts("071375002", "association", "Verbandsgemeinde Maifeld"),
    facts("071375002086", "municipality", "Polch"),
    facts("071375002087", "municipality", "Rüber"),
    facts("071375002088", "municipality", "Trimbs"),
]
# Rüber and Trimbs become part of Polch.
MERGED = [row for row in COUNTRY if row.label not in ("Rüber", "Trimbs")]
SUCCESSIONS = {key: Succession(key, "07137086", date(2024, 12, 31)) for key in ("07137087", "07137088")}


@pytest.fixture
def places() -> dict[str, Region]:
    load_vintage(table=RegionTable(BEFORE, COUNTRY), successions={})
    return {region.label: region for region in Region.objects.all()}


@pytest.fixture
def solution(db) -> Solution:
    return Solution.objects.create(
        slug="llmoin", title="LLMoin", summary="Kurz.", number=1, editorial_status="published", published_at=LONG_AGO
    )


@pytest.fixture
def city(db) -> Organisation:
    return Organisation.objects.create(slug="vg", name="Verbandsgemeinde", kind="municipal")


def reform(by: User | None = None, dry_run: bool = False) -> dict[str, int]:
    table = RegionTable(AFTER, MERGED)
    return load_vintage(table=table, successions=SUCCESSIONS, by=by, dry_run=dry_run).followed


def test_a_transfer_follows_and_says_where_it_stood(places, solution, editor):
    transfer = record_transfer(solution=solution, region=places["Rüber"], by=editor, **LIVE)
    assert reform(by=editor) == {"Transfers": 1, "Ankünfte": 1}
    transfer.refresh_from_db()
    assert (transfer.region, transfer.verified_at) == (places["Polch"], LONG_AGO)
    assert list(transfer.moves.values_list("stage", "verification", "by", "note", "evidence"))[1:] == [
        ("live", "verified", editor.pk, "Gebietsreform: vorher Rüber", "Vertrag")
    ]


def test_of_transfers_that_meet_the_better_one_goes_on_with_all_that_belongs_to_both(places, solution, city, editor):
    who = {"solution": solution, "organisation": city, "by": editor}
    weak = record_transfer(region=places["Rüber"], stage="interest", **who)
    best = record_transfer(region=places["Trimbs"], **LIVE, **who)
    other = record_transfer(region=places["Polch"], stage="rollout", from_transfer=weak, **who)
    pupil = record_transfer(solution=solution, region=places["Landkreis Mayen-Koblenz"], stage="agreed", by=editor,
                            from_transfer=other)  # fmt: skip
    TransferContact.objects.create(transfer=weak, email="amt@rueber.example")
    report = PracticeReport.objects.create(
        transfer=other, status="released", email="x@rueber.example", submitted_at=LONG_AGO, released_at=LONG_AGO,
        released_by=editor, helped="Geduld",
    )  # fmt: skip

    assert reform()["zusammengeführte Transfers"] == 2
    for row in (weak, best, other, pupil, report):
        row.refresh_from_db()
    assert (weak.stage, best.stage, other.stage) == ("declined", "live", "declined")
    assert {row.region for row in (weak, best, other)} == {places["Polch"]}
    assert other.moves.last().note == "Gebietsreform: zusammengeführt mit dem Eintrag Trimbs"
    assert (pupil.from_transfer, report.transfer, best.contact.email) == (best, best, "amt@rueber.example")
    assert Transfer.objects.public().filter(region=places["Polch"]).get() == best


def test_nobody_is_told_twice_and_no_arrival_is_made(places, solution, editor, settings):
    settings.UNDO_SECONDS = 0
    before = LONG_AGO - timedelta(days=1)
    person = Subscriber.objects.create(email="rathaus@polch.example", confirmed_at=before)
    for label in ("Polch", "Rüber"):
        Subscription.objects.create(
            subscriber=person, kinds=[NewsKind.ARRIVAL], region=places[label], directions=["this"], confirmed_at=before
        )
    for label in ("Rüber", "Trimbs"):
        record_transfer(solution=solution, region=places[label], by=editor, **LIVE)
    announce()
    told = Announcement.objects.filter(kind=NewsKind.ARRIVAL)
    assert (told.count(), Notification.objects.count()) == (2, 1)

    reform()
    announce()
    assert (told.count(), Notification.objects.count(), Arrival.objects.count()) == (2, 1, 2)
    assert list(Arrival.objects.filter(region=places["Polch"]).values_list("transfer__region__label", flat=True)) == [
        "Polch"
    ]
    kept = Transfer.objects.open().get()
    move_transfer(transfer=kept, by=editor, **(LIVE | {"at": timezone.now()}))
    announce()
    assert (told.count(), Notification.objects.count()) == (2, 1)


def test_wishes_that_become_the_same_merge_into_the_first_confirmed_and_the_quickest_wins(places):
    person = Subscriber.objects.create(email="rathaus@polch.example", confirmed_at=LONG_AGO)
    wish = {"subscriber": person, "kinds": [NewsKind.ARRIVAL], "directions": ["this"]}
    waiting = Subscription.objects.create(region=places["Polch"], frequency="at_once", **wish)
    later = Subscription.objects.create(
        region=places["Trimbs"], confirmed_at=LONG_AGO + timedelta(days=1), frequency="daily", **wish
    )
    first = Subscription.objects.create(region=places["Rüber"], confirmed_at=LONG_AGO, frequency="weekly", **wish)
    fact = Announcement.objects.create(kind=NewsKind.ARRIVAL, fact_key="1", occurred_at=LONG_AGO)
    news = Notification.objects.create(subscriber=person, announcement=fact, reasons=[later.pk], frequency="daily")

    assert reform() == {"Abonnements": 1, "zusammengeführte Abonnements": 2}
    kept = Subscription.objects.get()
    assert (kept, kept.region, kept.frequency) == (first, places["Polch"], "daily")
    assert not Subscription.objects.filter(pk=waiting.pk).exists()
    news.refresh_from_db()
    assert news.reasons == [first.pk]


def test_all_else_that_stands_on_a_region_follows(places, solution, city):
    city.region = places["Rüber"]
    city.save()
    path = ReusePath.objects.create(solution=solution, region=places["Rüber"], legal_route="in_house", steps="1. Rufen")
    exploration = MarketExploration.objects.create(slug="e", title="E", buyer=city, region=places["Trimbs"])
    for label in ("Rüber", "Trimbs"):
        report_use(solution=solution, region=places[label], kind="use", email="amt@polch.example")
    assert reform() == {"Organisationen": 1, "Nachnutzungswege": 1, "Meldungen": 1, "Markterkundungen": 1}
    for row in (city, path, exploration):
        row.refresh_from_db()
        assert row.region == places["Polch"]
    assert UseReport.objects.filter(region=places["Polch"]).count() == 1


def test_a_dry_run_says_what_follows_and_changes_nothing(places, solution, editor, tmp_path):
    transfer = record_transfer(solution=solution, region=places["Rüber"], by=editor, **LIVE)
    version = PortalVersion.current()
    newer, said, out = tmp_path / "newer.csv.gz", tmp_path / "said.csv", StringIO()
    write_table(RegionTable(AFTER, MERGED), newer)
    lines = [f"{one.ended},{one.successor},2024-12-31" for one in SUCCESSIONS.values()]
    said.write_text("\n".join(["ended,successor,ended_on", *lines, ""]), encoding="utf-8")
    call_command("load_regions", newer, "--dry-run", successors=said, stdout=out)
    assert "ended 2" in out.getvalue()
    assert "follow to another region: 1 Transfers" in out.getvalue()
    transfer.refresh_from_db()
    assert (transfer.region, transfer.moves.count(), Region.objects.valid().count()) == (places["Rüber"], 1, 7)
    assert PortalVersion.current() == version


def test_a_second_load_moves_nothing(places, solution, editor):
    record_transfer(solution=solution, region=places["Rüber"], by=editor, **LIVE)
    reform()
    version = PortalVersion.current()
    assert reform() == {}
    assert PortalVersion.current() == version


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published directories are not at ../shared/data/regions")
def test_a_newer_vintage_closes_and_succeeds_what_really_ended_and_all_follows(solution, editor):
    """The two official vintages: Ostrau became part of Jahnatal, Jahnatal exists since 2023."""
    with (PUBLISHED / "GV100AD_31122022.txt").open(encoding="utf-8") as file:
        load_vintage(table=build_table(read_directory(file), {}).table, successions={})
    ended = Region.objects.get(key="145225123450")
    transfer = record_transfer(solution=solution, region=ended, by=editor, **LIVE)
    person = Subscriber.objects.create(email="amt@ostrau.example", confirmed_at=LONG_AGO)
    Subscription.objects.create(
        subscriber=person, kinds=[NewsKind.ARRIVAL], region=ended, directions=["this"], confirmed_at=LONG_AGO
    )
    done = load_vintage(table=read_table(), successions=read_successors())
    regions = done.regions
    assert (len(regions.new), len(regions.moved), len(regions.ended), regions.proposals) == (11, 15, 64, {})
    valid = Region.objects.valid()
    assert (valid.count(), valid.municipalities().count()) == (15989, 10953)
    assert Region.objects.get(key="160640014", valid_until=date(2022, 12, 31)).successor.label == "Dingelstädt"
    molfsee = Region.objects.get(ags="01058107")
    assert (molfsee.key, list(molfsee.former_keys.values_list("key", flat=True))) == ("010585896107", ["010585859107"])
    assert done.followed == {"Transfers": 1, "Ankünfte": 1, "Abonnements": 1}
    transfer.refresh_from_db()
    assert (transfer.region.label, transfer.region.valid_until) == ("Jahnatal", None)
    assert Subscription.objects.get().region == transfer.region


def test_whatever_stands_on_a_region_follows_or_is_history():
    """A new foreign key to Region fails here until somebody decides (docs/decisions/0012)."""
    pointing = {relation.related_model._meta.label for relation in Region._meta.related_objects}
    follow = {
        "members.Organisation", "members.CampusSite", "catalogue.Transfer", "catalogue.Arrival", "catalogue.ReusePath",
        "catalogue.UseReport", "procurement.MarketExploration", "subscriptions.Subscription",
    }  # fmt: skip
    history = {"members.Region", "members.RegionKey", "subscriptions.Announcement"}
    assert pointing == follow | history
