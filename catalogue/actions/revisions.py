"""Work on solutions: nobody overwrites silently, nobody releases their own text."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from catalogue.content import Content, apply_content, check_content, content_of, empty_content
from catalogue.models import Solution, SolutionRevision
from catalogue.search import index_solution
from members.models import User

Status = SolutionRevision.Status


class RuleBroken(ValueError):
    """The step is not allowed from here; the text says why, in German, for the person who tried."""


class RevisionConflict(RuleBroken):
    """Another revision was released since this one began."""


@transaction.atomic
def create_solution(*, slug: str, content: Content, by: User | None, note: str = "") -> SolutionRevision:
    """A new draft solution with its first revision; nothing of it is public before the release."""
    content = empty_content() | content
    solution = Solution.objects.create(slug=slug, title=content["title"], summary=content["summary"])
    return _new_revision(solution, content, by, note)


@transaction.atomic
def start_revision(*, solution: Solution, by: User | None, note: str = "") -> SolutionRevision:
    """Begin work on what is published now. Several people may have open revisions; the second is told."""
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    return _new_revision(solution, content_of(solution), by, note)


@transaction.atomic
def save_revision(
    *,
    revision: SolutionRevision,
    content: Content,
    by: User | None,
    note: str | None = None,
    is_major_update: bool | None = None,
    retires: bool | None = None,
) -> SolutionRevision:
    """Keep the work. Whoever writes becomes the author, so that four eyes hold for the last writer.

    A machine (`by` is None) leaves the author as it is: what a person wrote is not theirs to release afterwards.
    """
    revision = _locked(revision, Status.DRAFT, Status.CHANGES_REQUESTED, Status.IN_REVIEW)
    check_content(content)
    revision.content, revision.author, revision.status = content, by or revision.author, Status.DRAFT
    revision.note = revision.note if note is None else note
    revision.is_major_update = revision.is_major_update if is_major_update is None else is_major_update
    revision.retires = revision.retires if retires is None else retires
    revision.save()
    if revision.solution.editorial_status == Solution.EditorialStatus.DRAFT:
        Solution.objects.filter(pk=revision.solution_id).update(title=content["title"], summary=content["summary"])
    return revision


@transaction.atomic
def submit_revision(*, revision: SolutionRevision, by: User) -> SolutionRevision:
    """Give it to somebody else for release."""
    revision = _locked(revision, Status.DRAFT, Status.CHANGES_REQUESTED)
    check_content(revision.content)
    revision.status, revision.submitted_at = Status.IN_REVIEW, timezone.now()
    revision.save(update_fields=["status", "submitted_at"])
    return revision


@transaction.atomic
def request_changes(*, revision: SolutionRevision, by: User, review_note: str) -> SolutionRevision:
    revision = _locked(revision, Status.IN_REVIEW)
    _other_eyes(revision, by)
    revision.status, revision.approver, revision.review_note = Status.CHANGES_REQUESTED, by, review_note
    revision.save(update_fields=["status", "approver", "review_note"])
    return revision


@transaction.atomic
def decline_revision(*, revision: SolutionRevision, by: User, review_note: str) -> SolutionRevision:
    revision = _locked(revision, Status.IN_REVIEW)
    _other_eyes(revision, by)
    revision.status, revision.approver, revision.review_note = Status.REJECTED, by, review_note
    revision.save(update_fields=["status", "approver", "review_note"])
    return revision


@transaction.atomic
def release_revision(
    *, revision: SolutionRevision, by: User, review_note: str = "", at: datetime | None = None
) -> Solution:
    """Write the revision over the published solution. Another person than the author decides.

    `at` is for a backlog (aware datetime). Raises RevisionConflict when another revision was released since.
    """
    solution = Solution.objects.select_for_update().get(pk=revision.solution_id)
    revision = _locked(revision, Status.IN_REVIEW)
    _other_eyes(revision, by)
    if revision.base_number != solution.number:
        raise RevisionConflict(
            f"Inzwischen wurde Fassung {solution.number} freigegeben; diese beruht auf Fassung "
            f"{revision.base_number}. Bitte übernehmen Sie die Änderungen in eine neue Fassung."
        )
    check_content(revision.content)
    _check_stage(solution, revision.content)
    now = at or timezone.now()
    solution.number = revision.number
    solution.editorial_status = Solution.EditorialStatus.PUBLISHED
    solution.published_at = solution.published_at or now
    solution.changed_at = timezone.now()  # when it was written, a backlog too: lists and harvesters catch up by it
    apply_content(solution, revision.content)
    revision.status, revision.approver, revision.released_at = Status.RELEASED, by, now
    revision.review_note = review_note
    revision.save(update_fields=["status", "approver", "released_at", "review_note"])
    index_solution(solution)
    return solution


@transaction.atomic
def archive_solution(*, solution: Solution, by: User) -> Solution:
    return _take_offline(solution, Solution.EditorialStatus.ARCHIVED)


@transaction.atomic
def withdraw_solution(*, solution: Solution, by: User) -> Solution:
    return _take_offline(solution, Solution.EditorialStatus.WITHDRAWN)


def _new_revision(solution: Solution, content: Content, by: User | None, note: str) -> SolutionRevision:
    last = solution.revisions.aggregate(last=Max("number"))["last"] or 0
    return SolutionRevision.objects.create(
        solution=solution, number=last + 1, base_number=solution.number, content=content, author=by, note=note
    )


def _locked(revision: SolutionRevision, *allowed: str) -> SolutionRevision:
    locked = SolutionRevision.objects.select_for_update(of=("self",)).select_related("solution").get(pk=revision.pk)
    if locked.status not in allowed:
        raise RuleBroken(f"Diese Fassung ist {locked.get_status_display()}; dieser Schritt geht hier nicht.")
    return locked


def _other_eyes(revision: SolutionRevision, by: User) -> None:
    """Vier-Augen-Prinzip."""
    if revision.author_id == by.pk:
        raise RuleBroken("Die eigene Fassung kann man nicht selbst freigeben. Bitte geben Sie sie weiter.")


def _check_stage(solution: Solution, content: Content) -> None:
    """What a phase promises must be there (domain.md: campus_stage)."""
    stage = content["campus_stage"]
    if stage in (Solution.Stage.USABLE, Solution.Stage.SCALING):
        missing = []
        if not content["contacts"]:
            missing.append("eine Ansprechperson")
        if not content["reuse_paths"]:
            missing.append("ein Nachnutzungsweg")
        if missing:
            raise RuleBroken(f"Für die Phase „nutzbar“ fehlt: {' und '.join(missing)}.")
    if stage == Solution.Stage.SCALING:
        keys = solution.transfers.in_use().values_list("region__key", flat=True)
        if len({key[:5] for key in keys}) < 2:
            raise RuleBroken("Für die Phase „skaliert“ fehlt: Produktivbetrieb in zwei verschiedenen Kreisen.")


def _take_offline(solution: Solution, status: str) -> Solution:
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    if not solution.is_public:
        raise RuleBroken("Nur eine veröffentlichte Lösung kann vom Netz genommen werden.")
    solution.editorial_status, solution.changed_at = status, timezone.now()
    solution.save(update_fields=["editorial_status", "changed_at"])
    index_solution(solution)
    return solution
