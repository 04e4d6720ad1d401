"""Takes over a publiccode.yml: into a draft that people release, never into what is published."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from catalogue.actions.proposing import free_slug
from catalogue.actions.revisions import create_solution, save_revision, start_revision
from catalogue.models import PubliccodeFile, Solution, SolutionRevision
from catalogue.publiccode.mapping import Mapped
from catalogue.publiccode.places import Use, resolve_users
from catalogue.publiccode.planning import Plan, plan_import
from members.models import User

NOTE = "aus publiccode.yml"


@transaction.atomic
def import_publiccode(*, raw: bytes, address: str, by: User | None, etag: str = "") -> Plan:
    """Do what `plan_import` says, and keep the file. The same file twice writes nothing.

    `by` is None for the nightly run. Returns the plan with what was made; refused and unchanged files write nothing.
    """
    plan = plan_import(raw, address)
    if plan.found is None or plan.result not in ("created", "updated"):
        return plan
    if plan.file:
        PubliccodeFile.objects.select_for_update().get(pk=plan.file.pk)
    if plan.result == "created":
        slug = free_slug(plan.content["title"])
        plan.revision = create_solution(slug=slug, content=plan.content, by=by, note=NOTE)
        plan.solution = plan.revision.solution
    elif plan.solution and plan.changed_fields:
        plan.revision = _worked_on(plan, plan.solution, by)
    _keep(plan, plan.found, etag)
    return plan


def _worked_on(plan: Plan, solution: Solution, by: User | None) -> SolutionRevision:
    """The open draft, or a new one from what is published."""
    revision = plan.revision or start_revision(solution=solution, by=by, note=NOTE)
    return save_revision(revision=revision, content=plan.content, by=by)


def _keep(plan: Plan, found: Mapped, etag: str) -> None:
    now = timezone.now()
    values = {
        "solution": plan.solution, "address": plan.address[:1000], "raw": plan.raw, "sha256": plan.sha256,
        "etag": etag[:200], "read_at": now, "problem": "", "differences": plan.differences,
        "provenance": _provenance(plan, found, now.isoformat()), "uses": [as_json(use) for use in _uses(found)],
    }  # fmt: skip
    file = plan.file or PubliccodeFile(source_id=found.source_id)
    for name, value in values.items():
        setattr(file, name, value)
    file.save()
    plan.file = file


def _provenance(plan: Plan, found: Mapped, at: str) -> dict[str, Any]:
    """For each field that holds the file's value: where it stands and since when; hand-made ones keep their line."""
    known = plan.file.provenance if plan.file else {}
    kept = {}
    for name, origin in found.origins.items():
        value = found.content[name]
        if plan.content.get(name) != value:
            if name in known:
                kept[name] = known[name]
            continue
        is_known = name in known and known[name]["value"] == value
        since = known[name]["since"] if is_known else at
        kept[name] = {
            "value": value, "key": origin.key, "line": origin.line, "from": plan.address[:1000], "since": since,
        }  # fmt: skip
    return kept


def _uses(found: Mapped) -> list[Use]:
    return resolve_users(found.used_by)


def as_json(use: Use) -> dict[str, Any]:
    return {
        "name": use.name,
        "region": use.region.key if use.region else None,
        "organisation": use.organisation.slug if use.organisation else None,
        "choices": [region.key for region in use.choices],
    }
