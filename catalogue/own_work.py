"""What an organisation has in the catalogue: its solutions with what is missing, its proposals, its uses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from catalogue.content import Content
from catalogue.models import ReusePath, Solution, SolutionContact, SolutionRevision, Transfer, UseReport
from catalogue.models.transfers import CONFIRMED_FOR
from members.models import Organisation, OrganisationUser

# What a reader wants to know of a solution, in the order of the Steckbrief
WANTED = (
    ("description", "Was leistet sie?"),
    ("benefits", "Nutzen"),
    ("fields_of_action", "Handlungsfelder"),
    ("levels", "Ebenen"),
    ("reuse_paths", "Nachnutzungsweg"),
    ("cost_note", "Kosten"),
    ("licence", "Lizenz"),
    ("operating_models", "Betriebsmodell"),
    ("hosting", "Betrieb"),
    ("data_location", "Ort der Daten"),
    ("documentation_url", "Dokumentation"),
    ("accessibility_url", "Erklärung zur Barrierefreiheit"),
    ("contacts", "Ansprechperson"),
)
RELATED = ("fields_of_action", "reuse_paths", "contacts")
CHANGES_ROLES = ("owner", "operator", "provider")  # whose solution it is; a scaling partner only helps
STATES = {
    SolutionRevision.Status.DRAFT: ("Entwurf: noch nicht abgeschickt", "neutral"),
    SolutionRevision.Status.IN_REVIEW: ("Wird vom Campus-Team geprüft", "info"),
    SolutionRevision.Status.CHANGES_REQUESTED: ("Bitte ergänzen", "warning"),
    SolutionRevision.Status.REJECTED: ("Nicht aufgenommen", "danger"),
    SolutionRevision.Status.RELEASED: ("Veröffentlicht", "success"),
}


@dataclass(frozen=True)
class Entry:
    """A solution as its organisation sees it."""

    solution: Solution
    state: str
    tone: str  # of the badge
    missing: list[str] = field(default_factory=list)
    work: str = ""  # the state of a new revision of what is published already
    work_tone: str = ""
    note: str = ""  # what the campus team asks for

    @property
    def known(self) -> int:
        return len(WANTED) - len(self.missing)

    @property
    def wanted(self) -> int:
        return len(WANTED)


def solutions_of(organisation: Organisation) -> QuerySet[Solution]:
    """Its own ones in the catalogue, and those it proposed."""
    own = Q(organisation_roles__organisation=organisation, organisation_roles__role__in=CHANGES_ROLES)
    return Solution.objects.filter(own | Q(proposal__organisation=organisation)).distinct()


def entries_of(organisation: Organisation) -> list[Entry]:
    """In two statements, whatever the number."""
    rows = solutions_of(organisation).annotate(
        has_fields_of_action=Exists(Solution.fields_of_action.through.objects.filter(solution=OuterRef("pk"))),
        has_reuse_paths=Exists(ReusePath.objects.filter(solution=OuterRef("pk"))),
        has_contacts=Exists(SolutionContact.objects.filter(solution=OuterRef("pk"))),
    )
    rows = list(rows.order_by("title", "pk"))
    revisions = {revision.solution_id: revision for revision in _own_revisions(organisation, rows)}
    return [_entry(solution, revisions.get(solution.pk)) for solution in rows]


def _own_revisions(organisation: Organisation, solutions: list[Solution]) -> QuerySet[SolutionRevision]:
    """The latest of each: of a proposal any, of what is published only by its own people. What the campus team does
    by itself, and what its members write to each other, is not the organisation's to read.
    """
    own = OrganisationUser.objects.filter(organisation=organisation, user=OuterRef("author"))
    rows = SolutionRevision.objects.filter(solution__in=solutions).annotate(is_own=Exists(own))
    rows = rows.filter(Q(solution__number=0) | Q(is_own=True))
    return rows.order_by("solution_id", "-number").distinct("solution_id")


def _entry(solution: Solution, revision: SolutionRevision | None) -> Entry:
    state, tone = STATES[SolutionRevision.Status(revision.status)] if revision else ("", "")
    note = revision.review_note if revision and revision.is_own else ""  # type: ignore[attr-defined]
    if solution.editorial_status == Solution.EditorialStatus.DRAFT and revision:
        return Entry(solution, state, tone, missing_in(revision.content), note=note)
    missing = [words for name, words in WANTED if not _is_known(solution, name)]
    shown = solution.get_editorial_status_display().capitalize()
    shown_tone = "success" if solution.is_public else "neutral"
    if revision and (revision.is_open or revision.status == SolutionRevision.Status.REJECTED):
        return Entry(solution, shown, shown_tone, missing, f"Neue Fassung: {state}", tone, note)
    return Entry(solution, shown, shown_tone, missing)


def note_to(organisation: Organisation, revision: SolutionRevision | None) -> str:
    """What the campus team wrote to its people, not to each other."""
    if revision is None or not organisation.people.filter(user=revision.author_id).exists():
        return ""
    return revision.review_note


def _is_known(solution: Solution, name: str) -> bool:
    return bool(getattr(solution, f"has_{name}" if name in RELATED else name))


def missing_in(content: Content) -> list[str]:
    return [words for name, words in WANTED if not content.get(name)]


def open_work(solution: Solution, organisation: Organisation) -> SolutionRevision | None:
    """The revision its people are at: of what they proposed any open one, else one that one of them wrote."""
    rows = SolutionRevision.objects.open().filter(solution=solution).order_by("-number")
    if solution.number:
        rows = rows.filter(author__organisations__organisation=organisation)
    return rows.first()


def reports_of(organisation: Organisation) -> QuerySet[UseReport]:
    """What was reported in its name by confirmed addresses, newest first; by whom stays with the campus team."""
    rows = UseReport.objects.filter(organisation=organisation).exclude(confirmed_at=None)
    return rows.select_related("solution", "region").order_by("-confirmed_at", "-pk")


def uses_to_confirm(organisation: Organisation, now: datetime) -> QuerySet[Transfer]:
    """Its own uses that nobody confirmed, or not within a year; the longest unconfirmed first."""
    moment: Any = Coalesce("verified_at", "declared_at")
    rows = Transfer.objects.spreading().filter(organisation=organisation).annotate(last_confirmed=moment)
    due = rows.filter(Q(last_confirmed=None) | Q(last_confirmed__lte=now - CONFIRMED_FOR))
    return due.select_related("solution", "region").order_by(F("last_confirmed").asc(nulls_first=True), "pk")
