"""The project's own table of facts: what `build_regions` writes, the repository holds and `load_regions` reads."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parent.parent / "data"
TABLE = DATA / "regions.csv.gz"
SUCCESSORS = DATA / "successors.csv"
POINTS_BY_HAND = DATA / "points_by_hand.csv"

SOURCE = (
    "Regions of Germany. Keys, names, population, area: © Statistisches Bundesamt (Destatis), GV-ISys. "
    "Points: © GeoBasis-DE / BKG 2021, dl-de/by-2.0."
)


class RegionFacts(NamedTuple):
    """One region as the table knows it; `canonical` is the key of the row that counts, None for that row itself."""

    key: str
    ags: str
    kind: str
    form: str
    name: str
    label: str
    population: int
    area_ha: int
    lon: float | None
    lat: float | None
    seat: str
    postcode: str
    canonical: str | None


class RegionTable(NamedTuple):
    as_of: date
    rows: list[RegionFacts]


class Succession(NamedTuple):
    """What ended and where it went on: AGS for municipalities, ARS for the rest; checked by hand."""

    ended: str
    successor: str
    ended_on: date | None  # the last day, where it was looked up


def write_table(table: RegionTable, path: Path = TABLE) -> None:
    """Deterministic: the same facts give the same bytes, so a build without news is no change in git."""
    text = io.StringIO()
    text.write(f"# {table.as_of.isoformat()}\n# {SOURCE}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(RegionFacts._fields)
    for row in table.rows:
        writer.writerow(_cells(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


def read_table(path: Path = TABLE) -> RegionTable:
    """Raises ValueError with the reason when the file is not such a table."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        first = file.readline()
        if not first.startswith("# "):
            raise ValueError(f"{path} does not begin with the date of its facts")
        as_of = date.fromisoformat(first[2:].strip())
        file.readline()
        reader = csv.reader(file)
        if tuple(next(reader)) != RegionFacts._fields:
            raise ValueError(f"{path} has other columns than {', '.join(RegionFacts._fields)}")
        return RegionTable(as_of, [_facts(cells) for cells in reader])


def read_successors(path: Path = SUCCESSORS) -> dict[str, Succession]:
    """By the key of what ended. Lines that begin with # name the sources."""
    return {
        cells["ended"]: Succession(
            cells["ended"],
            cells["successor"],
            date.fromisoformat(cells["ended_on"]) if cells["ended_on"] else None,
        )
        for cells in _dict_rows(path)
    }


def read_points(path: Path) -> dict[str, tuple[float, float]]:
    """AGS -> (lon, lat) in degrees, WGS 84."""
    return {cells["ags"]: (float(cells["lon"]), float(cells["lat"])) for cells in _dict_rows(path)}


def _dict_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(_without_comments(file))


def _without_comments(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if not line.startswith("#"))


def _cells(row: RegionFacts) -> list[str]:
    """None is "-" (the Bund's key is the empty string, so an empty cell says something else)."""
    values = row._replace(lon=_degrees(row.lon), lat=_degrees(row.lat))
    return ["-" if value is None else str(value) for value in values]


def _degrees(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _facts(cells: list[str]) -> RegionFacts:
    key, ags, kind, form, name, label, population, area_ha, lon, lat, seat, postcode, canonical = cells
    return RegionFacts(
        key, ags, kind, form, name, label, int(population), int(area_ha),
        None if lon == "-" else float(lon), None if lat == "-" else float(lat),
        seat, postcode, None if canonical == "-" else canonical,
    )  # fmt: skip
