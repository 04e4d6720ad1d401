"""The published directory becomes the project's table: every level, sums that agree, names that people say."""

import csv
from collections import Counter
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from members.models import Region
from members.regions.building import build_table, canonical_keys
from members.regions.gv100ad import DirectoryError, Record, read_directory
from members.regions.names import form_of, label_of, short_name
from members.regions.table import TABLE, RegionFacts, RegionTable, read_points, read_table
from members.regions.words import detail_of, sort_key_of

PUBLISHED = Path(settings.ROOT).parent / "shared" / "data" / "regions"
needs_published_files = pytest.mark.skipif(
    not PUBLISHED.exists(), reason="the published directory is not at ../shared/data/regions"
)
Kind = Region.Kind


def line(type_: str, key: str, name: str, *, code: str = "", seat: str = "", area: int = 0, people: int = 0) -> str:
    """A line as the directory writes it; key as land+rb+kreis, municipality, association in its columns."""
    text = f"{type_}20251130{key:<12}{name:<50}{seat:<50}{code:<2}".ljust(128)
    return (text + f"{area:011d}{people:011d}").ljust(165).ljust(220)


def record(kind: Kind, key: str, name: str, code: str = "") -> Record:
    ags = "" if kind == Kind.ASSOCIATION else key[:5] + key[9:]
    return Record(kind, key, ags, name, "", code, 100, 1000, "", table().as_of)


@cache
def table() -> RegionTable:
    return read_table(TABLE)


@pytest.fixture(scope="module")
def facts() -> dict[str, RegionFacts]:
    return {row.key: row for row in table().rows}


def test_reads_a_municipality_by_its_columns():
    text = line("60", "071370682002", "Mayen, Stadt", code="63", area=5806, people=19713)
    found = next(read_directory([text]))
    assert (found.key, found.ags, found.name) == ("071372002068", "07137068", "Mayen, Stadt")
    assert (found.area_ha, found.population, found.code) == (5806, 19713, "63")


def test_regions_of_bw_are_not_loaded():
    assert list(read_directory([line("30", "0811", "Region Stuttgart")])) == []


@pytest.mark.parametrize(
    "text", ["60 too short", "7" * 220, line("60", "07137068", "Mayen").replace("0000", "00x0", 1)]
)
def test_a_broken_line_is_refused_with_its_number(text):
    with pytest.raises(DirectoryError, match="line 2"):
        list(read_directory(["", text]))


@pytest.mark.parametrize(
    ("kind", "key", "name", "code", "label", "form"),
    [
        (Kind.STATE, "02", "Hamburg", "", "Hamburg", "Stadtstaat"),
        (Kind.STATE, "04", "Bremen", "", "Land Bremen", "Land"),
        (Kind.GOVERNMENT_DISTRICT, "091", "Oberbayern", "", "Regierungsbezirk Oberbayern", "Regierungsbezirk"),
        (Kind.GOVERNMENT_DISTRICT, "055", "Reg.-Bez. Münster", "", "Regierungsbezirk Münster", "Regierungsbezirk"),
        (Kind.GOVERNMENT_DISTRICT, "071", "früher: Reg.-Bez. Koblenz", "", "früherer Regierungsbezirk Koblenz",
         "Regierungsbezirk"),
        (Kind.DISTRICT, "07137", "Mayen-Koblenz", "44", "Landkreis Mayen-Koblenz", "Landkreis"),
        (Kind.DISTRICT, "05566", "Steinfurt", "43", "Kreis Steinfurt", "Kreis"),
        (Kind.DISTRICT, "13072", "Landkreis Rostock", "44", "Landkreis Rostock", "Landkreis"),
        (Kind.DISTRICT, "05162", "Rhein-Kreis Neuss", "43", "Rhein-Kreis Neuss", "Kreis"),
        (Kind.DISTRICT, "05334", "Städteregion Aachen", "43", "Städteregion Aachen", "Städteregion"),
        (Kind.DISTRICT, "07111", "Koblenz, kreisfreie Stadt", "41", "Koblenz", "Kreisfreie Stadt"),
        (Kind.DISTRICT, "09575", "Neustadt a.d.Aisch-Bad Windsheim", "44",
         "Landkreis Neustadt an der Aisch-Bad Windsheim", "Landkreis"),
        (Kind.ASSOCIATION, "071375002", "Maifeld", "53", "Verbandsgemeinde Maifeld", "Verbandsgemeinde"),
        (Kind.ASSOCIATION, "091765118", "Eichstätt (VGem)", "54", "Verwaltungsgemeinschaft Eichstätt",
         "Verwaltungsgemeinschaft"),
        (Kind.ASSOCIATION, "081155003", "VVG der Stadt Herrenberg", "54", "Verwaltungsgemeinschaft Herrenberg",
         "Verwaltungsgemeinschaft"),
        (Kind.MUNICIPALITY, "091840119119", "Garching b.München, St", "63", "Garching bei München", "Stadt"),
        (Kind.MUNICIPALITY, "093725304115", "Bad Kötzting b.Hl.Blut", "63", "Bad Kötzting beim Heiligen Blut", "Stadt"),
        (Kind.MUNICIPALITY, "093740139139", "Neustadt a.d.Waldnaab, St", "63", "Neustadt an der Waldnaab", "Stadt"),
        (Kind.MUNICIPALITY, "064340001001", "Bad Homburg v. d. Höhe, Stadt", "63", "Bad Homburg vor der Höhe", "Stadt"),
    ],
)  # fmt: skip
def test_official_names_become_what_people_say(kind, key, name, code, label, form):
    found = record(kind, key, name, code)
    assert (label_of(found), form_of(found)) == (label, form)


def test_short_names_leave_out_what_tells_towns_apart():
    names = ["Halle (Saale)", "Frankfurt am Main", "Spremberg/Grodk", "Neustadt an der Weinstraße", "Au"]
    assert [short_name(name) for name in names] == ["Halle", "Frankfurt", "Spremberg", "Neustadt", "Au"]


def test_a_place_on_several_levels_has_one_row_that_counts():
    records = [
        record(Kind.STATE, "02", "Hamburg"),
        record(Kind.DISTRICT, "02000", "Hamburg", "41"),
        record(Kind.ASSOCIATION, "020000000", "Hamburg", "50"),
        record(Kind.MUNICIPALITY, "020000000000", "Hamburg", "61"),
        record(Kind.DISTRICT, "07111", "Koblenz", "41"),
        record(Kind.ASSOCIATION, "071110000", "Koblenz", "50"),
        record(Kind.MUNICIPALITY, "071110000000", "Koblenz", "61"),
        record(Kind.ASSOCIATION, "071370068", "Mayen", "50"),
        record(Kind.MUNICIPALITY, "071370068068", "Mayen", "63"),
        record(Kind.ASSOCIATION, "071375002", "Maifeld", "53"),
        record(Kind.MUNICIPALITY, "071375002086", "Polch", "63"),
    ]
    assert canonical_keys(records) == {
        "02000": "02", "020000000": "02", "020000000000": "02",
        "071110000": "07111", "071110000000": "07111",
        "071370068": "071370068068",
    }  # fmt: skip


def test_the_two_cities_of_bremen_are_not_the_land(facts):
    assert [facts[key].canonical for key in ("04", "04011", "040110000000", "040120000000")] == [
        None, None, "04011", "04012",
    ]  # fmt: skip


def test_upper_levels_are_the_sums_of_their_municipalities_and_lie_in_their_middle():
    build = build_table(
        [
            record(Kind.DISTRICT, "07137", "Mayen-Koblenz", "44"),
            record(Kind.MUNICIPALITY, "071370068068", "Mayen", "63"),
            record(Kind.MUNICIPALITY, "071370003003", "Andernach", "63")._replace(population=3000),
        ],
        {"07137068": (7.0, 50.0), "07137003": (8.0, 51.0)},
    )
    district = next(row for row in build.table.rows if row.key == "07137")
    assert (district.population, district.area_ha, district.lon, district.lat) == (4000, 200, 7.75, 50.75)


def test_detail_and_sorting_tell_repeated_names_apart(facts):
    assert detail_of(facts["095750153153"], facts) == "Stadt, Landkreis Neustadt an der Aisch-Bad Windsheim, Bayern"
    assert detail_of(facts["07137"], facts) == "Rheinland-Pfalz"
    assert detail_of(facts["02"], facts) == "Stadtstaat"
    assert detail_of(facts[""], facts) == "Bund"
    assert [sort_key_of(facts[key]) for key in ("07137", "09162")] == ["mayen koblenz", "munchen"]


def test_the_committed_table_is_all_of_germany(facts):
    assert Counter(row.kind for row in facts.values()) == {
        "federal": 1, "state": 16, "government_district": 29, "district": 400,
        "association": 4590, "municipality": 10953,
    }  # fmt: skip
    assert (facts[""].label, facts[""].population) == ("Deutschland", 83577140)
    assert all(row.canonical is None or facts[row.canonical].canonical is None for row in facts.values())


def test_every_municipality_with_people_has_a_point(facts):
    without = [row.key for row in facts.values() if row.kind == "municipality" and row.lon is None]
    assert sum(facts[key].population for key in without) == 0
    assert len(without) == 10


@needs_published_files
def test_the_committed_table_is_what_the_command_writes(tmp_path):
    written = tmp_path / "regions.csv.gz"
    call_command(
        "build_regions", PUBLISHED / "GV100AD_30112025.txt", points=PUBLISHED / "gemeinde_points_vg5000_2021.csv",
        write=True, output=written, stdout=StringIO(),
    )  # fmt: skip
    assert written.read_bytes() == TABLE.read_bytes()


@needs_published_files
def test_the_table_agrees_with_an_independent_reading(facts):
    with (PUBLISHED / "regions_gv100ad_2025-11-30.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] != "region"]
    expected = {row["ars"].replace("DE", ""): (" ".join(row["name"].split()), int(row["population"])) for row in rows}
    assert {key: (row.name, row.population) for key, row in facts.items()} == expected


def test_points_are_read_with_or_without_comments(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("# source\nags,name,lon,lat\n07137068,Mayen,7.2,50.3\n", encoding="utf-8")
    assert read_points(file) == {"07137068": (7.2, 50.3)}
