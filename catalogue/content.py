"""What a revision holds: the whole content of a solution as plain JSON, relations included.

Regions are named by their official key, organisations and fields of action by their slug, so that content
can be read, compared and imported without database ids.
"""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError

from catalogue.models import (
    FieldOfAction,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
)
from members.models import Organisation, Region

Content = dict[str, Any]

SCALARS = (
    "title", "summary", "description", "benefits", "levels", "competent_level", "campus_stage",
    "development_status", "trl", "licence", "licence_note", "source_url", "website_url", "documentation_url",
    "operating_models", "hosting", "data_location", "standards", "cpv_codes", "cost_note", "is_ai", "ai_risk",
    "accessibility_url", "is_fictitious",
)  # fmt: skip
CONTACT = ("name", "organisation", "email", "phone", "url", "review_due")
SOURCE = ("title", "url")
COVERAGE = ("n", "of", "unit", "as_of", "source")
PATH = ("legal_route", "steps", "template_url", "cost", "contact")
RELATIONS = ("fields_of_action", "organisations", "contacts", "sources", "reported_coverages", "reuse_paths")


def empty_content() -> Content:
    blank = Solution()
    return {name: getattr(blank, name) for name in SCALARS} | {name: [] for name in RELATIONS}


def fingerprint(content: Content) -> str:
    """Tells whether somebody saved between reading and writing."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def content_of(solution: Solution) -> Content:
    """The content of the published solution, to start a revision from or to compare with."""
    content: Content = {name: getattr(solution, name) for name in SCALARS}
    content["fields_of_action"] = [field.slug for field in solution.fields_of_action.all()]
    content["organisations"] = [
        {"organisation": link.organisation.slug, "role": link.role}
        for link in solution.organisation_roles.select_related("organisation")
    ]
    content["contacts"] = [
        {name: getattr(contact, name) for name in CONTACT if name != "review_due"}
        | {"review_due": contact.review_due.isoformat() if contact.review_due else None}
        for contact in solution.contacts.all()
    ]
    content["sources"] = [{name: getattr(row, name) for name in SOURCE} for row in solution.sources.all()]
    content["reported_coverages"] = [
        {name: getattr(row, name) for name in COVERAGE} for row in solution.reported_coverages.all()
    ]
    content["reuse_paths"] = [
        {"region": path.region.key} | {name: getattr(path, name) for name in PATH}
        for path in solution.reuse_paths.select_related("region")
    ]
    return content


def check_content(content: Content) -> None:
    """Raise ValidationError (by field, in German) unless this content could be released as it is."""
    unknown = set(content) - set(SCALARS) - set(RELATIONS)
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "Dieses Feld gibt es nicht."))
    candidate = Solution(slug="platzhalter", **{name: content[name] for name in SCALARS if name in content})
    candidate.full_clean(exclude=["slug", "published_at", "changed_at"], validate_constraints=False)
    _by_name(FieldOfAction.objects.all(), "slug", content.get("fields_of_action", []), "fields_of_action")
    slugs = [row["organisation"] for row in content.get("organisations", [])]
    _by_name(Organisation.objects.all(), "slug", slugs, "organisations")
    keys = [row["region"] for row in content.get("reuse_paths", [])]
    _by_name(Region.objects.valid(), "key", keys, "reuse_paths")


def apply_content(solution: Solution, content: Content) -> None:
    """Write content over the solution and its relations. Called by `release_revision` inside its transaction."""
    content = empty_content() | content
    for name in SCALARS:
        setattr(solution, name, content[name])
    solution.save()
    fields = _by_name(FieldOfAction.objects.all(), "slug", content["fields_of_action"], "fields_of_action")
    solution.fields_of_action.set(fields.values())
    _replace(solution, SolutionContact, [_picked(row, CONTACT) for row in content["contacts"]])
    _replace(solution, SolutionSource, [_picked(row, SOURCE) for row in content["sources"]])
    _replace(solution, ReportedCoverage, [_picked(row, COVERAGE) for row in content["reported_coverages"]])
    slugs = [row["organisation"] for row in content["organisations"]]
    organisations = _by_name(Organisation.objects.all(), "slug", slugs, "organisations")
    roles = [
        {"organisation": organisations[row["organisation"]], "role": row["role"]} for row in content["organisations"]
    ]
    _replace(solution, SolutionOrganisation, roles)
    _replace_paths(solution, content["reuse_paths"])


def _picked(row: Content, names: tuple[str, ...]) -> Content:
    return {name: row[name] for name in names if name in row}


def _replace(solution: Solution, model: type, rows: list[Content]) -> None:
    model.objects.filter(solution=solution).delete()
    model.objects.bulk_create(model(solution=solution, **row) for row in rows)


def _replace_paths(solution: Solution, rows: list[Content]) -> None:
    """Paths keep their row as long as region and route stay, because transfers point to them."""
    regions = _by_name(Region.objects.valid(), "key", [row["region"] for row in rows], "reuse_paths")
    kept = []
    for row in rows:
        path, _ = ReusePath.objects.update_or_create(
            solution=solution,
            region=regions[row["region"]].counted(),
            legal_route=row["legal_route"],
            defaults=_picked(row, PATH),
        )
        kept.append(path.pk)
    solution.reuse_paths.exclude(pk__in=kept).delete()


def _by_name(queryset, field: str, names: list[str], where: str) -> dict[str, Any]:
    found = {getattr(row, field): row for row in queryset.filter(**{f"{field}__in": names})}
    missing = sorted(set(names) - set(found))
    if missing:
        raise ValidationError({where: f"Nicht gefunden: {', '.join(missing)}"})
    return {name: found[name] for name in names}
