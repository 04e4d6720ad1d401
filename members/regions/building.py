"""From the records of the directory to the project's table: places on several levels, sums, points."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from members.models import Region
from members.models.regions import ancestor_keys
from members.regions import names
from members.regions.gv100ad import Record
from members.regions.table import RegionFacts, RegionTable, Succession

Point = tuple[float, float]  # lon, lat in degrees
Kind = Region.Kind


class Build(NamedTuple):
    table: RegionTable
    without_point: list[Record]


class Sums(NamedTuple):
    """What a region is, summed over its municipalities; the point is the population-weighted centre."""

    population: int
    area_ha: int
    point: Point | None


def build_table(
    records: Iterable[Record],
    points: Mapping[str, Point],
    successions: Mapping[str, Succession] | None = None,
) -> Build:
    """Everything that `load_regions` needs, from the Bund down, in the order of the keys."""
    records = sorted(records, key=lambda record: record.key)
    municipalities = [record for record in records if record.kind == Kind.MUNICIPALITY]
    own = {record.key: _point(record, points, successions or {}) for record in municipalities}
    sums = _sums(municipalities, own)
    canonical = canonical_keys(records)
    by_place = {canonical.get(record.key, record.key): record for record in municipalities}
    rows = [_federal(sums[""])]
    rows += [_facts(record, sums, canonical, by_place) for record in records]
    without = [record for record in municipalities if own[record.key] is None]
    return Build(RegionTable(max(record.as_of for record in records), rows), without)


def canonical_keys(records: Iterable[Record]) -> dict[str, str]:
    """Key -> key of the row that counts, for every row that stands for a place a second time.

    Highest first: a Stadtstaat's Land row counts; a kreisfreie Stadt's Kreis row; an association of one
    municipality counts as that municipality, because people subscribe to the town and not to its association.
    """
    found: dict[str, str] = {}
    members: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if record.kind == Kind.MUNICIPALITY:
            members[record.key[:9]].append(record.key)
    for record in records:
        if record.key[:2] in names.CITY_STATES:
            if len(record.key) > 2:
                found[record.key] = record.key[:2]
        elif record.code in ("61", "62"):
            found[record.key] = found[record.key[:9]] = record.key[:5]
        elif record.kind == Kind.ASSOCIATION and record.code == "50" and len(members[record.key]) == 1:
            found.setdefault(record.key, members[record.key][0])
    return found


def _point(record: Record, points: Mapping[str, Point], successions: Mapping[str, Succession]) -> Point | None:
    """Its own point, or that of a predecessor or successor of the same place."""
    if record.ags in points:
        return points[record.ags]
    related = [s.ended for s in successions.values() if s.successor == record.ags]
    if record.ags in successions:
        related.append(successions[record.ags].successor)
    return next((points[ags] for ags in related if ags in points), None)


def _sums(municipalities: list[Record], own: Mapping[str, Point | None]) -> dict[str, Sums]:
    parts: dict[str, list[Record]] = defaultdict(list)
    for record in municipalities:
        for key in (record.key, *ancestor_keys(record.key)):
            parts[key].append(record)
    return {
        key: Sums(
            population=sum(record.population for record in inside),
            area_ha=sum(record.area_ha for record in inside),
            point=_centre([(own[record.key], record.population) for record in inside]),
        )
        for key, inside in parts.items()
    }


def _centre(weighted: list[tuple[Point | None, int]]) -> Point | None:
    known = [(point, weight) for point, weight in weighted if point]
    if not known:
        return None
    if not any(weight for _, weight in known):  # nobody lives there: the plain middle
        known = [(point, 1) for point, _ in known]
    total = sum(weight for _, weight in known)
    lon = sum(point[0] * weight for point, weight in known) / total
    lat = sum(point[1] * weight for point, weight in known) / total
    return lon, lat


def _federal(sums: Sums) -> RegionFacts:
    lon, lat = sums.point or (None, None)
    return RegionFacts(
        "", "", Kind.FEDERAL, names.FEDERAL_FORM, names.FEDERAL_NAME, names.FEDERAL_LABEL,
        sums.population, sums.area_ha, lon, lat, "Berlin", "", None,
    )  # fmt: skip


def _facts(
    record: Record, sums: Mapping[str, Sums], canonical: Mapping[str, str], by_place: Mapping[str, Record]
) -> RegionFacts:
    total = sums.get(record.key, Sums(0, 0, None))
    lon, lat = total.point or (None, None)
    same_place = by_place.get(record.key)  # the municipality that this row counts for
    return RegionFacts(
        key=record.key,
        ags=record.ags,
        kind=record.kind,
        form=names.form_of(record),
        name=record.name,
        label=names.label_of(record),
        population=total.population,
        area_ha=total.area_ha,
        lon=lon,
        lat=lat,
        seat=names.plain_name(record.seat),
        postcode=record.postcode or (same_place.postcode if same_place else ""),
        canonical=canonical.get(record.key),
    )
