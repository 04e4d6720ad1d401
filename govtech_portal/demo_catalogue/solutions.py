"""Solutions of the demo catalogue: written by the editor, released by the approver, as people would."""

from datetime import datetime

from catalogue.actions import create_solution, release_revision, save_revision, start_revision, submit_revision
from catalogue.content import RELATIONS, SCALARS, Content, content_of
from catalogue.models import Solution, SolutionRevision
from govtech_portal.demo_catalogue.reading import Row, rows, when
from govtech_portal.demo_catalogue.run import Run

ROLES = ("owner", "operator", "provider", "scaling_partner")


def add_solutions(run: Run) -> list[tuple[Solution, Row]]:
    """Those whose slug is not known yet, with their rows, so that their later revisions can follow."""
    known = set(Solution.objects.values_list("slug", flat=True))
    return [(_add(row, run), row) for row in rows("solutions") if row["slug"] not in known]


def add_later_revisions(run: Run, added: list[tuple[Solution, Row]]) -> None:
    """What came after the first release, when transfers are there: a phase may depend on them."""
    for solution, row in added:
        for later in row.get("revisions", []):
            _revise(solution, later, run)


def content_of_row(row: Row, now: datetime) -> Content:
    """The row in the shape that revisions keep: organisations by role become links, dates become ISO."""
    content = {name: row[name] for name in (*SCALARS, *RELATIONS) if name in row}
    named = row.get("organisations", {})
    content["organisations"] = [{"organisation": slug, "role": role} for role in ROLES for slug in named.get(role, [])]
    content["contacts"] = [_contact(contact, now) for contact in row.get("contacts", [])]
    return content


def _contact(row: Row, now: datetime) -> Row:
    if "review_due" not in row:
        return row
    return row | {"review_due": when(row["review_due"], now).day.isoformat()}


def _add(row: Row, run: Run) -> Solution:
    content = content_of_row(row, run.now)
    revision = create_solution(slug=row["slug"], content=content, by=run.editor, note="Erste Fassung")
    run.add(revision.solution)
    _bring_to(row.get("status", "released"), revision, row.get("at"), run)
    return revision.solution


def _revise(solution: Solution, row: Row, run: Run) -> None:
    revision = start_revision(solution=solution, by=run.editor, note=row["note"])
    save_revision(
        revision=revision,
        content=content_of(Solution.objects.get(pk=solution.pk)) | row["changes"],
        by=run.editor,
        is_major_update=row.get("is_major_update", False),
        retires=row.get("retires", False),
    )
    _bring_to(row["status"], revision, row.get("at"), run)


def _bring_to(status: str, revision: SolutionRevision, at: str | None, run: Run) -> None:
    """A revision begins as a draft; the approver releases what the editor gives in."""
    run.made[SolutionRevision].add(revision.pk)
    if status != SolutionRevision.Status.DRAFT:
        submit_revision(revision=revision, by=run.editor)
    if status == SolutionRevision.Status.RELEASED:
        release_revision(revision=revision, by=run.approver, at=when(at, run.now).at if at else run.now)
