"""Published solutions as machines get them: JSON that the database writes, by one statement whatever their number.

catalogue/api.py describes the same rows for the schema; tests/api/test_public_rows.py compares the two.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalogue.facets.index import FacetIndex, current
from catalogue.facets.questions import Answers
from catalogue.filters import SolutionFilter

COLUMNS = (
    "slug", "title", "summary", "description", "benefits", "campus_stage", "development_status", "trl", "levels",
    "competent_level", "licence", "licence_note", "source_url", "website_url", "documentation_url", "operating_models",
    "hosting", "data_location", "standards", "cpv_codes", "cost_note", "is_ai", "ai_risk", "accessibility_url",
    "is_fictitious",
)  # fmt: skip
PARTS = {  # of a row: what stands in each object, from where, in which order
    "fields_of_action": (
        "'slug', f.slug, 'name', f.name",
        "catalogue_solution_fields_of_action t JOIN catalogue_fieldofaction f ON f.id = t.fieldofaction_id",
        "f.position, f.name",
    ),
    "organisations": (
        "'slug', o.slug, 'name', o.name, 'role', t.role",
        "catalogue_solutionorganisation t JOIN members_organisation o ON o.id = t.organisation_id",
        "t.role, o.name, t.id",
    ),
    "reuse_paths": (
        "'region', COALESCE(NULLIF(r.key, ''), 'de'), 'legal_route', t.legal_route, 'steps', t.steps,"
        " 'template_url', t.template_url, 'cost', t.cost, 'contact', t.contact",
        "catalogue_reusepath t JOIN members_region r ON r.id = t.region_id",
        "t.id",
    ),
    "contacts": (
        "'name', t.name, 'organisation', t.organisation, 'email', t.email, 'phone', t.phone, 'url', t.url",
        "catalogue_solutioncontact t",
        "t.id",
    ),
    "reported_coverages": (
        "'n', t.n, 'of', t.of, 'unit', t.unit, 'as_of', t.as_of, 'source', t.source",
        "catalogue_reportedcoverage t",
        "t.id",
    ),
    "sources": ("'title', t.title, 'url', t.url", "catalogue_solutionsource t", "t.id"),
}
PART = (
    "'{name}', COALESCE((SELECT json_agg(json_build_object({keys}) ORDER BY {order}) FROM {rows}"
    " WHERE t.solution_id = s.id), '[]')"
)
STATEMENT = (
    "SELECT s.id, s.slug, s.published_at, s.changed_at, json_build_object({parts})::text FROM catalogue_solution s"
    " WHERE s.editorial_status = 'published' AND {which}"
)
PAIRS = [
    *(f"'{name}', s.{name}" for name in COLUMNS),
    *(PART.format(name=name, keys=keys, rows=rows, order=order) for name, (keys, rows, order) in PARTS.items()),
]
BY_KEYS = STATEMENT.format(parts=", ".join(PAIRS), which="s.id = ANY(%s)")
BY_SLUG = STATEMENT.format(parts=", ".join(PAIRS), which="s.slug = %s")


class PublicRow(NamedTuple):
    json: str
    changed_at: datetime | None


def rows_of(keys: Sequence[int]) -> list[PublicRow]:
    """In the order of the keys; what is not published is left out."""
    found = dict(_read(BY_KEYS, list(keys))) if keys else {}
    return [found[key] for key in keys if key in found]


def row_of(slug: str) -> PublicRow | None:
    return next((row for _, row in _read(BY_SLUG, slug)), None)


def _read(statement: str, parameter: list[int] | str) -> Iterable[tuple[int, PublicRow]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter])
        rows = cursor.fetchall()
    before, _, after = (settings.SITE_URL + reverse("solution_detail", args=["-"])).rpartition("-")
    for key, slug, published_at, changed_at, text in rows:
        times = f'"published_at": {_moment(published_at)}, "changed_at": {_moment(changed_at)}'
        yield key, PublicRow(f'{text[:-1]}, {times}, "url": "{before}{slug}{after}"}}', changed_at)


def _moment(value: datetime | None) -> str:
    """As people here read it, with its zone (ISO 8601)."""
    return f'"{timezone.localtime(value).isoformat()}"' if value else "null"


class FoundKeys(Sequence[int]):
    """The primary keys that answer what was asked, counted and paged by the index: as quick on the last page."""

    def __init__(self, asked: SolutionFilter, version: int | None) -> None:
        self.asked = asked
        self.sets: FacetIndex = current(version)
        self.answers = Answers(self.sets, asked)  # type: ignore[arg-type]  # asks nothing of the page alone
        self.found = self.answers.found
        words = bool(asked.form.cleaned_data.get("q"))
        self.order = asked.form.cleaned_data.get("sortierung") or ("relevanz" if words else "name")
        if self.order == "relevanz" and not words:
            self.order = "name"

    def __len__(self) -> int:
        return self.found.bit_count()

    def __getitem__(self, which: slice) -> list[int]:  # type: ignore[override]  # pages ask for slices alone
        begin, end, _ = which.indices(len(self))
        if self.order != "relevanz":
            return self.sets.page(self.found, self.order, begin, end - begin)
        best = self.answers.best(self.asked)  # type: ignore[arg-type]
        rest = self.found
        for key in best:
            rest &= ~(1 << key)
        more = max(0, end - max(begin, len(best)))
        return best[begin:end] + self.sets.page(rest, "verbreitung", max(0, begin - len(best)), more)
