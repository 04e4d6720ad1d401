"""`usedBy` holds names as people write them: what is clear is found, what is not is asked and never guessed."""

import pytest

from catalogue.publiccode.places import resolve_users
from members.models import Organisation, Region


@pytest.fixture
def oberhausen(regions) -> None:
    for key, detail in (("05119", "Kreisfreie Stadt, Nordrhein-Westfalen"), ("091850150150", "Gemeinde, Bayern")):
        kind = Region.Kind.DISTRICT if len(key) == 5 else Region.Kind.MUNICIPALITY
        text = " = oberhausen ;"
        Region.objects.create(
            key=key, kind=kind, name="Oberhausen", label="Oberhausen", detail=detail, search_text=text, population=1
        )


def test_who_writes_town_means_the_town(oberhausen):
    town, either = resolve_users(["Stadt Oberhausen", "Oberhausen"])
    assert (town.region.key, town.is_clear) == ("05119", True)
    assert (either.region, {choice.key for choice in either.choices}) == (None, {"05119", "091850150150"})


def test_an_organisation_that_we_know_is_found_by_either_name_and_alone(db):
    robert = Organisation.objects.create(slug="rki", name="Robert Koch-Institut", short_name="RKI", kind="research")
    for slug in ("twin-1", "twin-2"):
        Organisation.objects.create(slug=slug, name="Amt für Zwillinge", kind="municipal")
    uses = resolve_users(
        ["robert koch institut", "RKI", "Amt für Zwillinge", "Gemeente Utrecht", "https://x.example", ""]
    )
    assert [use.organisation for use in uses] == [robert, robert, None, None, None, None]
    assert [use.is_clear for use in uses] == [True, True, False, False, False, False]
