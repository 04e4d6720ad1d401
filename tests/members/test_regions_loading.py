"""Loading the table: all or nothing, twice is once, and a municipality stays itself through a reform."""

import time
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from members.models import PortalVersion, Region, RegionKey
from members.regions.loading import SuccessorMissingError, load_regions
from members.regions.table import (
    RegionFacts,
    RegionTable,
    Succession,
    read_successors,
    read_table,
    write_table,
)

FIRST, LATER = date(2022, 12, 31), date(2025, 11, 30)

pytestmark = pytest.mark.django_db


def facts(key: str, kind: str, label: str, *, canonical: str | None = None, people: int = 100) -> RegionFacts:
    ags = "" if kind == "association" else key[:5] + key[9:]
    return RegionFacts(key, ags, kind, "Stadt", label, label, people, 10, 7.0, 50.0, "", "", canonical)


COUNTRY = [
    facts("", "federal", "Deutschland"),
    facts("07", "state", "Rheinland-Pfalz"),
    facts("07137", "district", "Landkreis Mayen-Koblenz"),
    facts("071375002", "association", "Verbandsgemeinde Maifeld"),
    facts("071375002086", "municipality", "Polch"),
    facts("071370068", "association", "Mayen", canonical="071370068068"),
    facts("071370068068", "municipality", "Mayen"),
]


def load(rows: list[RegionFacts], *successions: Succession, as_of: date = FIRST, dry_run: bool = False):
    said = {one.ended: one for one in successions}
    return load_regions(table=RegionTable(as_of, rows), successions=said, dry_run=dry_run)


def without(*keys: str) -> list[RegionFacts]:
    return [row for row in COUNTRY if row.key not in keys]


def test_loading_twice_writes_nothing_the_second_time():
    assert len(load(COUNTRY).new) == 7
    version = PortalVersion.current()
    second = load(COUNTRY)
    assert (second.is_empty, second.unchanged) == (True, 7)
    assert PortalVersion.current() == version


def test_rows_of_one_place_point_to_the_one_that_counts():
    load(COUNTRY)
    assert Region.objects.get(key="071370068").canonical.key == "071370068068"
    assert Region.objects.valid().canonical().count() == 6


def test_what_is_found_and_where_it_lies_is_worked_out():
    load(COUNTRY)
    polch = Region.objects.get(key="071375002086")
    assert polch.detail == "Stadt, Landkreis Mayen-Koblenz, Rheinland-Pfalz"
    assert "= polch ;" in polch.search_text


def test_a_municipality_that_changes_its_association_stays_the_same_row():
    load(COUNTRY)
    polch = Region.objects.get(key="071375002086")
    moved = facts("071375009086", "municipality", "Polch")
    load([*without("071375002086"), moved], as_of=LATER)
    polch.refresh_from_db()
    assert (polch.key, polch.valid_until) == ("071375009086", None)
    assert RegionKey.objects.get(key="071375002086").region == polch


def test_two_municipalities_may_swap_their_associations():
    other = facts("071375009001", "municipality", "Mertloch")
    load([*COUNTRY, other])
    swapped = [facts("071375009086", "municipality", "Polch"), facts("071375002001", "municipality", "Mertloch")]
    load([*without("071375002086"), *swapped], as_of=LATER)
    assert set(RegionKey.objects.values_list("key", "region__key")) == {
        ("071375002086", "071375009086"), ("071375009001", "071375002001"),
    }  # fmt: skip


def test_what_ended_is_closed_and_names_its_successor_on_every_level():
    load(COUNTRY)
    load(
        without("071370068", "071370068068"),
        Succession("07137068", "07137086", date(2024, 12, 31)),
        as_of=LATER,
    )
    ended = Region.objects.exclude(valid_until=None).order_by("key")
    assert list(ended.values_list("key", "valid_until", "successor__key")) == [
        ("071370068", date(2024, 12, 31), "071375002086"),
        ("071370068068", date(2024, 12, 31), "071375002086"),
    ]


def test_a_missing_successor_blocks_the_load_and_is_proposed():
    load(COUNTRY)
    version = PortalVersion.current()
    with pytest.raises(SuccessorMissingError) as blocked:
        load(without("071375002086"), as_of=LATER)
    assert blocked.value.comparison.proposals["071375002086"].label == "Mayen"
    assert PortalVersion.current() == version


def test_a_successor_that_has_ended_as_well_is_followed_on():
    load(COUNTRY)
    load(
        without("071375002086"),
        Succession("07137086", "07137999", None),
        Succession("07137999", "07137068", None),
        as_of=LATER,
    )
    assert Region.objects.get(key="071375002086").successor.label == "Mayen"


def test_a_dry_run_says_what_would_be_and_writes_nothing(tmp_path):
    load(COUNTRY)
    newer, said = tmp_path / "newer.csv.gz", tmp_path / "none.csv"
    write_table(RegionTable(LATER, without("071375002086")), newer)
    said.write_text("ended,successor,ended_on\n", encoding="utf-8")
    out = StringIO()
    call_command("load_regions", newer, "--dry-run", successors=said, stdout=out)
    assert "no successor: 07137086 Polch: perhaps 071370068068 Mayen" in out.getvalue()
    assert Region.objects.valid().count() == 7
    with pytest.raises(CommandError, match=r"successors\.csv"):
        call_command("load_regions", newer, successors=said, stdout=out)


def test_a_file_that_is_no_table_is_refused(tmp_path):
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"no table")
    with pytest.raises(CommandError, match=r"broken\.csv\.gz"):
        call_command("load_regions", broken)


def test_all_of_germany_loads_in_under_ten_seconds_and_then_changes_nothing():
    started = time.process_time()  # our own time, measured 2 to 3 s: the machine may be busy with other things
    first = load_regions(table=read_table(), successions=read_successors())
    assert time.process_time() - started < 8
    assert len(first.new) == 15989
    version = PortalVersion.current()
    assert load_regions(table=read_table(), successions=read_successors()).is_empty
    assert PortalVersion.current() == version
