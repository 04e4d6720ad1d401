"""Reads GV100AD, the official municipality directory (Gemeindeverzeichnis, GV-ISys) in its fixed-width format.

Published by the Statistisches Bundesamt (Destatis) every quarter; the columns are those of its "Satzbeschreibung".
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from members.models import Region

KINDS = {  # record type -> kind of region; 30 are the regions of Baden-Württemberg, which are not loaded
    "10": Region.Kind.STATE,
    "20": Region.Kind.GOVERNMENT_DISTRICT,
    "40": Region.Kind.DISTRICT,
    "50": Region.Kind.ASSOCIATION,
    "60": Region.Kind.MUNICIPALITY,
}
NOT_LOADED = {"30"}
LINE_LENGTH = 220


class Record(NamedTuple):
    """One line of the directory. `code` is the two-digit text key (Textkennzeichen): what kind of place it is."""

    kind: Region.Kind
    key: str  # ARS prefix, leading zeros kept
    ags: str  # without the association's digits; "" for an association, which has none
    name: str
    seat: str
    code: str
    area_ha: int
    population: int
    postcode: str
    as_of: date


class DirectoryError(ValueError):
    """The file is not what the format says; the message names the line."""


def read_directory(lines: Iterable[str]) -> Iterator[Record]:
    """Every record that the portal loads, in the order of the file. Raises DirectoryError."""
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        if not text.strip() or text[:2] in NOT_LOADED:
            continue
        if text[:2] not in KINDS or len(text) != LINE_LENGTH:
            raise DirectoryError(f"line {number} is no GV100AD record: {text[:40]!r}")
        try:
            yield _record(text)
        except ValueError as error:
            raise DirectoryError(f"line {number}: {error}") from error


def _record(text: str) -> Record:
    kind = KINDS[text[:2]]
    district = text[10:15].strip()
    municipality, association = text[15:18].strip(), text[18:22].strip()
    return Record(
        kind=kind,
        key=district + association + municipality,
        ags="" if kind == Region.Kind.ASSOCIATION else district + municipality,
        name=" ".join(text[22:72].split()),
        seat=" ".join(text[72:122].split()),
        code=text[122:124].strip(),
        area_ha=int(text[128:139].strip() or 0),
        population=int(text[139:150].strip() or 0),
        postcode=text[165:170].strip(),
        as_of=date(int(text[2:6]), int(text[6:8]), int(text[8:10])),
    )
