"""A machine gets of a solution what the schema promises: the database writes the rows, the code the schema."""

import pytest
from django.db.models import F, OuterRef

from catalogue.api import CONTACT, COVERAGE, PATH, SOURCE, SolutionSerializer
from catalogue.models import (
    FieldOfAction,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
)
from catalogue.public_rows import row_of, rows_of
from members.open_data import nested, region_key
from tests.full_catalogue import make_full_catalogue


@pytest.fixture
def catalogue(regions, editor, approver, procurement_officer):
    return make_full_catalogue(regions, editor, approver, procurement_officer).grow(2)


def as_the_schema_says(slug: str) -> dict:
    """The row as the serializer writes it that the schema is made from."""
    mine = {"solution": OuterRef("pk")}
    columns = {kind: {name: F(name) for name in names} for kind, names in
               {"contact": CONTACT, "source": SOURCE, "coverage": COVERAGE, "path": PATH}.items()}  # fmt: skip
    roles = {"slug": F("organisation__slug"), "name": F("organisation__name"), "role": F("role")}
    rows = Solution.objects.annotate(
        fields_json=nested(FieldOfAction.objects.filter(solutions=OuterRef("pk")), slug=F("slug"), name=F("name")),
        organisations_json=nested(SolutionOrganisation.objects.filter(**mine), **roles),
        contacts_json=nested(SolutionContact.objects.filter(**mine), **columns["contact"]),
        sources_json=nested(SolutionSource.objects.filter(**mine), **columns["source"]),
        coverages_json=nested(ReportedCoverage.objects.filter(**mine), **columns["coverage"]),
        paths_json=nested(ReusePath.objects.filter(**mine), region=region_key("region__key"), **columns["path"]),
    )
    return SolutionSerializer(rows.get(slug=slug)).data


def test_a_row_is_what_the_schema_says(catalogue, client):
    for slug in ("loesung-0", "loesung-1"):
        answer = client.get(f"/api/v1/solutions/{slug}/").json()
        assert answer == as_the_schema_says(slug)
        assert answer["reuse_paths"]
        assert answer["contacts"]


def test_rows_come_in_the_order_that_was_asked_for_and_hidden_ones_not_at_all(catalogue):
    keys = list(Solution.objects.published().order_by("-slug").values_list("pk", flat=True))
    hidden = Solution.objects.get(slug="geheim-entwurf-0").pk
    assert ['"loesung-1"' in row.json for row in rows_of([hidden, *keys])] == [True, False]
    assert row_of("geheim-archiv-0") is None
    assert rows_of([]) == []


def test_pages_of_a_list_hold_every_solution_once_in_any_order(catalogue, client):
    catalogue.grow(3)
    every = {f"loesung-{n}" for n in range(3)}
    for order in ("", "&sortierung=verbreitung", "&sortierung=neueste", "&q=lösung", "&q=lösung&sortierung=name"):
        seen = []
        for page in (1, 2):
            answer = client.get(f"/api/v1/solutions/?page_size=2&page={page}{order}").json()
            assert answer["count"] == 3, order
            seen += [row["slug"] for row in answer["results"]]
        assert sorted(seen) == sorted(every), order
