"""The YAML files of this folder as plain rows, their dates and their region keys."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import CommandError
from django.utils import timezone

from catalogue.models import Transfer
from members.models import Region, RegionKey

FOLDER = Path(__file__).parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: five times faster
RELATIVE = re.compile(r"(?:(?P<ago>\d+) days ago|in (?P<ahead>\d+) days)")
NOON = time(12)  # in Berlin: a deadline that people can read
DATES = {"%Y-%m-%d": "day", "%Y-%m": "month", "%Y": "year"}

Row = dict[str, Any]


@dataclass(frozen=True)
class When:
    """A date as precise as its source; `at` is the start of that day, month or year in Berlin."""

    at: datetime
    precision: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


def rows(kind: str) -> list[Row]:
    """The rows of a kind, real ones first; what stands under examples/ is marked fictitious here, and only that."""
    real = [row | {"is_fictitious": False} for row in _file_or_folder(FOLDER / kind)]
    return real + [row | {"is_fictitious": True} for row in _file_or_folder(FOLDER / "examples" / kind)]


def when(text: str, now: datetime) -> When:
    """Read "2025-09-30", "2025-09", "2025", "400 days ago" or "in 21 days" (noon, counted from the loading)."""
    found = RELATIVE.fullmatch(text)
    if found:
        days = int(found["ahead"]) if found["ahead"] else -int(found["ago"])
        day = timezone.localdate(now) + timedelta(days=days)
        return When(timezone.make_aware(datetime.combine(day, NOON)), Transfer.Precision.DAY)
    for pattern, precision in DATES.items():
        try:
            plain = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone follows
        except ValueError:
            continue
        return When(timezone.make_aware(plain), precision)
    raise ValueError(f"not a date of the demo catalogue: {text!r}")


class Regions:
    """The regions that the files name, each resolved to the row that counts; former keys lead to today's row."""

    def __init__(self, keys: set[str]) -> None:
        valid = Region.objects.valid().filter(key__in=keys).select_related("canonical")
        self._found = {region.key: region.counted() for region in valid}
        former = RegionKey.objects.filter(key__in=keys - set(self._found)).select_related("region__canonical")
        self._found |= {row.key: row.region.counted() for row in former}
        missing = sorted(keys - set(self._found))
        if missing:
            raise CommandError(
                f"Diese Regionen fehlen: {', '.join(missing[:5])}. Bitte zuerst `manage.py load_regions` ausführen."
            )

    def __getitem__(self, key: str) -> Region:
        return self._found[key]


def all_region_keys() -> set[str]:
    """Every key that any file names (an absent or empty one in an organisation means: none)."""
    keys = {row["region"] for kind in ("transfers", "sites") for row in rows(kind)}
    keys |= {row["from"] for row in rows("transfers") if "from" in row}
    keys |= {row["region"] for kind in ("organisations", "explorations") for row in rows(kind) if "region" in row}
    keys |= {row["region"] for kind in ("reports", "practice") for row in rows(kind)}
    return keys | {path["region"] for row in rows("solutions") for path in row.get("reuse_paths", [])}


@cache
def _file_or_folder(place: Path) -> list[Row]:
    single = place.with_suffix(".yml")
    files = [single] if single.exists() else sorted(place.glob("*.yml"))
    return [row for file in files for row in yaml.load(file.read_text(encoding="utf-8"), LOADER)]  # noqa: S506 - safe loader
