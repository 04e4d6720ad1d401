"""What reading a publiccode.yml would do: new, changed, unchanged, refused, and why. Reads only, writes nothing."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import Q

from catalogue.content import Content, check_content, content_of, empty_content
from catalogue.models import PubliccodeFile, Solution, SolutionRevision
from catalogue.publiccode.mapping import Mapped, NotASolution, mapped, source_id_of
from catalogue.publiccode.rules import Finding
from catalogue.publiccode.validator import validate

Result = Literal["created", "updated", "unchanged", "refused"]
IN_REVIEW = "liegt gerade zur Freigabe; die Datei wird danach übernommen"
DECLINED = "wurde als Entwurf abgelehnt; ohne neue Fassung wird nichts übernommen"


@dataclass
class Plan:
    """`differences` are values that people changed by hand: shown beside the file's, never overwritten."""

    address: str
    result: Result
    reason: str = ""
    sha256: str = ""
    raw: str = ""
    found: Mapped | None = None
    errors: tuple[Finding, ...] = ()
    hints: tuple[Finding, ...] = ()
    file: PubliccodeFile | None = None
    solution: Solution | None = None
    revision: SolutionRevision | None = None
    before: Content = field(default_factory=dict)
    content: Content = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)

    @property
    def changed_fields(self) -> list[str]:
        return [name for name in self.content if self.content[name] != self.before.get(name)]

    @property
    def title(self) -> str:
        return str(self.content.get("title") or (self.solution.title if self.solution else ""))


def plan_import(raw: bytes, address: str) -> Plan:
    """Never raises for what stands in a file."""
    plan = Plan(address, "refused", sha256=hashlib.sha256(raw[: 1 << 20]).hexdigest())
    known = PubliccodeFile.objects.filter(address=address, sha256=plan.sha256).select_related("solution")[:1]
    if files := list(known):
        plan.result, plan.file, plan.solution = "unchanged", files[0], files[0].solution
        return plan
    report = validate(raw, accepts_draft=True)
    plan.errors, plan.hints = report.errors, report.hints
    if report.root is None:
        plan.reason = str(report.errors[0])
        return plan
    plan.raw = raw.decode("utf-8-sig")
    try:
        plan.found = mapped(report.root)
    except NotASolution as error:
        plan.reason = str(error)
        return plan
    of_source = PubliccodeFile.objects.select_related("solution").filter(source_id=plan.found.source_id)[:1]
    plan.file = next(iter(of_source), None)
    if plan.file and plan.file.sha256 == plan.sha256:
        plan.result, plan.solution = "unchanged", plan.file.solution
        return plan
    if plan.file and plan.file.address != address and _is_web(address) and _is_web(plan.file.address):
        plan.reason = f"diese Software wird schon aus {plan.file.address} gelesen"
        return plan
    plan.solution = plan.file.solution if plan.file else solution_of(plan.found.source_id)
    return _compared(plan, plan.found)


def solution_of(source_id: str) -> Solution | None:
    """A solution that people took in by hand and that names this repository; one alone, or none."""
    name = source_id.rsplit("/", 1)[-1]
    near = Solution.objects.filter(Q(source_url__icontains=name)) if name else Solution.objects.none()
    same = [solution for solution in near[:50] if source_id_of(solution.source_url) == source_id]
    return same[0] if len(same) == 1 else None


def _compared(plan: Plan, found: Mapped) -> Plan:
    solution = plan.solution
    if solution is None:
        plan.content = _valid(empty_content() | found.content, found)
        plan.result = "created"
        return plan
    plan.revision = solution.revisions.open().order_by("-number").first()
    if plan.revision and plan.revision.status == SolutionRevision.Status.IN_REVIEW:
        plan.reason = f"{solution.title} {IN_REVIEW}"
        return plan
    if plan.revision is None and not solution.number:
        plan.reason = f"{solution.title} {DECLINED}"
        return plan
    plan.before = plan.revision.content if plan.revision else content_of(solution)
    plan.content = _merged(plan, found)
    plan.result = "updated"
    return plan


def _merged(plan: Plan, found: Mapped) -> Content:
    """A value of the file is taken where the catalogue still holds what the file said before, or nothing."""
    content = empty_content() | plan.before
    known = plan.file.provenance if plan.file else {}
    blank = empty_content()
    for name, value in _valid(found.content, found).items():
        here = content[name]
        is_untouched = here == known[name]["value"] if name in known else here == blank[name]
        if here == value or (name == "source_url" and here and source_id_of(here) == found.source_id):
            continue
        if is_untouched:
            content[name] = value
        else:
            origin = found.origins[name]
            plan.differences.append(
                {"field": name, "here": here, "there": value, "key": origin.key, "line": origin.line}
            )
    return content


def _valid(content: Content, found: Mapped) -> Content:
    """Without what the catalogue would refuse; each such value is told with its line."""
    try:
        check_content(empty_content() | content)
    except ValidationError as error:
        wrong = [name for name in error.message_dict if name in found.origins]
        for name in wrong:
            origin = found.origins[name]
            found.leave_out(origin.key, origin.line, f"passt nicht: {error.message_dict[name][0]}")
        blank = empty_content()
        return {name: blank[name] if name in wrong else value for name, value in content.items()}
    return content


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))
