"""What an organisation does in the catalogue: propose a solution, keep its facts current, stand up for its uses."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from catalogue.actions.confirming import answer_request
from catalogue.actions.revisions import RuleBroken, create_solution, save_revision, start_revision, submit_revision
from catalogue.actions.transfers import move_transfer
from catalogue.content import Content, check_content, content_of, fingerprint
from catalogue.models import ConfirmationRequest, Solution, SolutionProposal, SolutionRevision, Transfer
from catalogue.own_work import open_work, solutions_of
from members.models import Organisation, User

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
BY_THEMSELVES = "von der Organisation im Konto bestätigt"


class Overtaken(RuleBroken):
    """Somebody else saved since the form was opened; nothing is overwritten."""


@transaction.atomic
def propose_solution(*, organisation: Organisation, content: Content, by: User, submits: bool) -> SolutionProposal:
    """A draft for the campus team, on behalf of the organisation. Raises PermissionDenied or ValidationError."""
    _may(by, "catalogue.propose_solution", organisation)
    check_content(content)
    note = f"Vorschlag von {organisation}"[:300]
    revision = create_solution(slug=free_slug(content["title"]), content=content, by=by, note=note)
    if submits:
        submit_revision(revision=revision, by=by)
    return SolutionProposal.objects.create(solution=revision.solution, organisation=organisation, proposed_by=by)


@transaction.atomic
def propose_change(
    *, solution: Solution, organisation: Organisation, content: Content, read: str, by: User, submits: bool
) -> SolutionRevision:
    """Work on a solution of the organisation; `read` is the fingerprint of what the form showed.

    Raises PermissionDenied, ValidationError, or Overtaken when what it showed is no longer so.
    """
    _may(by, "catalogue.propose_solution", organisation)
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    if not solutions_of(organisation).filter(pk=solution.pk).exists():
        raise PermissionDenied
    revision = open_work(solution, organisation)
    if revision is None and not solution.number:
        raise RuleBroken("Über diesen Vorschlag ist entschieden. Bitte schlagen Sie die Lösung neu vor.")
    if fingerprint(revision.content if revision else content_of(solution)) != read:
        raise Overtaken("Inzwischen hat jemand anderes gespeichert. Bitte übernehmen Sie Ihre Änderungen neu.")
    revision = revision or start_revision(solution=solution, by=by, note=f"Änderung von {organisation}"[:300])
    saved = save_revision(revision=revision, content=content, by=by)
    return submit_revision(revision=saved, by=by) if submits else saved


@transaction.atomic
def confirm_own_transfer(*, transfer: Transfer, is_still_true: bool, by: User) -> Transfer:
    """The organisation's own word, by somebody with an account. A no goes to the campus team, which ends it."""
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=transfer.pk)
    _may(by, "catalogue.confirm_own_transfer", transfer.organisation)
    if transfer.stage not in Transfer.ARRIVED:
        raise RuleBroken(f"Dieser Transfer ist {transfer.get_stage_display()}; es gibt nichts zu bestätigen.")
    if is_still_true:
        return move_transfer(
            transfer=transfer, stage=transfer.stage, verification=Transfer.Verification.SELF_DECLARED, by=by,
            note=BY_THEMSELVES,
        ).transfer  # fmt: skip
    since = transfer.confirmed_at or transfer.changed_at
    request, _ = ConfirmationRequest.objects.get_or_create(transfer=transfer, confirmed_at=since)
    answer_request(request=request, is_still_true=False)
    return transfer


def _may(by: User, permission: str, organisation: Organisation | None) -> None:
    if not by.has_perm(permission, organisation):
        raise PermissionDenied


def free_slug(title: str) -> str:
    """From the name; numbered when it is taken. Two at the same moment: the second one meets the constraint."""
    slug = slugify(title.translate(UMLAUTS))[:70].strip("-") or "loesung"
    taken = set(Solution.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(s for s in (slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))) if s not in taken)
