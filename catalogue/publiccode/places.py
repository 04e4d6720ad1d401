"""Whom `usedBy` means: regions and organisations, found only where one alone fits; the rest is asked."""

import re
from dataclasses import dataclass

from catalogue.publiccode.checks import is_web_url
from members.models import Organisation, Region
from members.region_search import LONGEST_TEXT, resolve
from members.regions.words import folded

MOST_CHOICES = 5
LONGEST_NAME = 300
_REMARK = re.compile(r"\s*(:\s.*|\s[-–|]\s+https?://.*|\((prototypes?|Pilot(projekt)?|Test(betrieb)?)\))$", re.I | re.S)
_TOWN = re.compile(r"(Landeshaupt|Hanse|Universitäts)?stadt\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Use:
    """A name as somebody wrote it. Without region and organisation a person has to decide; `choices` may help."""

    name: str
    region: Region | None = None
    organisation: Organisation | None = None
    choices: tuple[Region, ...] = ()

    @property
    def is_clear(self) -> bool:
        return self.region is not None or self.organisation is not None


def resolve_users(names: list[str]) -> list[Use]:
    """In the order of the names; the organisations are read once."""
    organisations = _organisations_by_name() if names else {}
    return [_resolved(name, organisations) for name in names]


def _resolved(name: str, organisations: dict[str, list[Organisation]]) -> Use:
    if len(name) > LONGEST_NAME:
        return Use(name[:LONGEST_NAME])
    plain = _REMARK.sub("", name.strip())
    if not plain or len(plain) > LONGEST_TEXT or not is_web_url(plain):
        return Use(name)
    named = organisations.get(folded(plain), [])
    organisation = named[0] if len(named) == 1 else None
    if organisation and organisation.region_id is None:
        return Use(name, organisation=organisation)
    if plain.isdigit():
        return Use(name, organisation=organisation)
    found = resolve(plain)
    region = found.region or _only_town(plain, found.choices)
    return Use(name, region, organisation, () if region else tuple(found.choices[:MOST_CHOICES]))


def _only_town(name: str, choices: list[Region]) -> Region | None:
    """Who writes "Stadt Oberhausen" does not mean the villages of that name."""
    typed = _TOWN.match(name)
    if typed is None:
        return None
    proper = folded(name[typed.end() :])
    towns = [region for region in choices if folded(region.label) == proper and "stadt" in _form(region)]
    return towns[0] if len(towns) == 1 else None


def _form(region: Region) -> str:
    return region.detail.split(",")[0].lower()


def _organisations_by_name() -> dict[str, list[Organisation]]:
    """Two of one name are not clear, so both are kept."""
    found: dict[str, list[Organisation]] = {}
    for organisation in Organisation.objects.order_by("pk"):
        for name in {folded(organisation.name), folded(organisation.short_name)} - {""}:
            found.setdefault(name, []).append(organisation)
    return found
