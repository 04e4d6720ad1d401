"""A small catalogue with everything in it, made by the verbs: one row of each kind, or any number.

Beside what is public stands what is not: each hidden row carries CANARY in every text it has.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from catalogue.actions import (
    archive_solution,
    create_solution,
    name_contact,
    record_transfer,
    release_practice_report,
    release_revision,
    report_use,
    start_revision,
    submit_practice_report,
    submit_revision,
    withdraw_solution,
    write_practice_report,
)
from catalogue.content import Content
from catalogue.models import ConfirmationRequest, FieldOfAction, Solution, Transfer, UseReport
from members.models import CampusSite, Membership, Organisation, Region, User
from procurement.actions import (
    award_tender,
    open_exploration,
    publish_clarification,
    request_review,
    write_clarification,
    write_exploration,
)
from procurement.models import Clarification, MarketExploration, Tender
from subscriptions.actions import Wish, ask_to_move, confirm, subscribe
from subscriptions.models import Subscriber

CANARY = "Kanarienvogel"
TEACHER, DISTRICT = "02", "07137"  # who taught everybody, and where the others are


@dataclass
class FullCatalogue:
    """What there is; `grow(n)` makes it n rows of everything."""

    regions: dict[str, Region]
    editor: User
    approver: User
    officer: User
    second_officer: User
    teachers: dict[str, Transfer] = field(default_factory=dict)
    rows: int = 0

    @property
    def subscriber(self) -> Subscriber:
        return Subscriber.objects.get(email="rathaus@polch.example")

    @property
    def use_report(self) -> UseReport:
        return UseReport.objects.order_by("pk")[0]

    @property
    def asked(self) -> ConfirmationRequest:
        return ConfirmationRequest.objects.get(transfer=self.teachers["loesung-0"])

    def grow(self, rows: int) -> "FullCatalogue":
        for n in range(self.rows, rows):
            _grow_by_one(self, n)
        self.rows = rows
        return self


def make_full_catalogue(
    regions: dict[str, Region], editor: User, approver: User, procurement_officer: User
) -> FullCatalogue:
    """One row of everything, made by the cast of tests/conftest.py."""
    second = User.objects.create_user("vergabe2@campus.example", "ein langes Passwort 1", is_staff=True)
    second.groups.set(procurement_officer.groups.all())
    return FullCatalogue(regions, editor, approver, procurement_officer, second).grow(1)


def _grow_by_one(catalogue: FullCatalogue, n: int) -> None:
    place = _place(n)
    FieldOfAction.objects.create(slug=f"feld-{n}", name=f"Feld {n}", position=n)
    organisation = Organisation.objects.create(
        slug=f"stadt-{n}", name=f"Stadt {n}", kind="municipal", region=place, is_scaling_partner=True
    )
    Membership.objects.create(organisation=organisation, category="ordinary", since="2024-01-01")
    CampusSite.objects.create(slug=f"standort-{n}", name=f"Standort {n}", region=place)
    solution = _released(catalogue, f"loesung-{n}", _content(n))
    _spread(catalogue, solution, place, organisation)
    _chain(catalogue, n, solution, organisation)
    wish = Wish(region=place, solution=solution, fields_of_action=[f"feld-{n}"])
    subscribe(email="rathaus@polch.example", wish=wish, page="/abo/")
    confirm(subscriber=catalogue.subscriber)
    ask_to_move(subscriber=catalogue.subscriber, email="neu@polch.example")
    subscribe(email="rathaus@polch.example", wish=Wish(region=place), page="/abo/")  # waits to be confirmed
    _hidden(catalogue, n, place, organisation)


def _place(n: int) -> Region:
    key = f"071375002{n + 100}"
    return Region.objects.create(
        key=key, kind="municipality", name=f"Ort {n}", label=f"Ort {n}", population=7000 + n, sort_key=f"ort {n:03}",
        search_text=f"ort {n}", ags=key[:5] + key[9:], lon=7.4 + n / 100, lat=50.3,
    )  # fmt: skip


def _content(n: int) -> Content:
    everywhere = {"region": "", "legal_route": "agreement", "steps": "1. Anrufen\n2. Unterschreiben"}
    here = {"region": DISTRICT, "legal_route": "open_licence", "steps": "1. Herunterladen"}
    organisations = {f"stadt-{one}" for one in (0, n)}
    return {
        "title": f"Lösung {n}", "summary": f"Hilft an Stelle {n}.", "description": "Ein **Text**.", "licence": "MIT",
        "fields_of_action": [f"feld-{one}" for one in range(n + 1)], "levels": ["kommune"], "is_ai": True,
        "operating_models": ["saas"], "competent_level": "municipality", "campus_stage": "usable",
        "organisations": [{"organisation": slug, "role": "owner"} for slug in sorted(organisations)],
        "source_url": f"https://code.example/loesung-{n}",
        "contacts": [{"name": f"Amt {one}", "email": f"amt{one}@stadt.example"} for one in range(n + 1)],
        "sources": [{"title": f"Quelle {one}", "url": "https://quelle.example"} for one in range(n + 1)],
        "reported_coverages": [{"n": 4, "of": 16, "unit": "Länder", "as_of": "09/2025", "source": "Quelle"}],
        "reuse_paths": [everywhere, here],
    }  # fmt: skip


def _released(catalogue: FullCatalogue, slug: str, content: Content) -> Solution:
    revision = create_solution(slug=slug, content=content, by=catalogue.editor, note="Erste Fassung")
    submit_revision(revision=revision, by=catalogue.editor)
    return release_revision(revision=revision, by=catalogue.approver, review_note=f"{CANARY}: nur für uns")


def _spread(catalogue: FullCatalogue, solution: Solution, place: Region, organisation: Organisation) -> None:
    """Hamburg taught this place, which uses it; so does every other place use the first solution."""
    state = {"stage": "live", "verification": "verified", "evidence": CANARY, "by": catalogue.editor, "note": CANARY}
    teacher = record_transfer(solution=solution, region=catalogue.regions[TEACHER], **state)
    catalogue.teachers[solution.slug] = teacher
    first = Solution.objects.get(slug="loesung-0")
    for one in {solution, first}:
        record_transfer(
            solution=one, region=place, organisation=organisation, from_transfer=catalogue.teachers[one.slug],
            scaling_partner=organisation, live_since="2025-03-01", **state,
        )  # fmt: skip
    _told(catalogue, solution, place, teacher)
    for upper in ("07", DISTRICT):
        record_transfer(solution=solution, region=catalogue.regions[upper], stage="agreed", by=catalogue.editor)


def _told(catalogue: FullCatalogue, solution: Solution, place: Region, teacher: Transfer) -> None:
    """What people reported and wrote: one Praxisbericht that is released, and all the rest hidden."""
    people = {"email": f"{CANARY.lower()}@polch.example"}
    report_use(solution=solution, region=place, kind="use", note=CANARY, **people)
    name_contact(transfer=teacher, email=people["email"], by=catalogue.editor)
    ConfirmationRequest.objects.create(transfer=teacher, confirmed_at=timezone.now())
    for first in {teacher, catalogue.teachers.get("loesung-0", teacher)}:
        report = write_practice_report(transfer=first, by=None, helped="Geduld", duration_months=4, **people)
        submit_practice_report(report=report, by=None)
        release_practice_report(report=report, by=catalogue.approver)
    here = solution.transfers.get(region=place)
    write_practice_report(transfer=here, by=None, hurt=CANARY, contact=CANARY, **people)


def _chain(catalogue: FullCatalogue, n: int, solution: Solution, organisation: Organisation) -> None:
    """An open exploration, one with a result, and the tenders that followed, all linked to the first ones as well."""
    now = timezone.now()
    words = {"summary": "Was gesucht wird.", "need": "Der Bedarf.", "legal_basis": "vgv_28", "contact": "Amt"}
    opened = write_exploration(
        exploration=MarketExploration(
            slug=f"offen-{n}", title=f"Erkundung {n}", buyer=organisation, responses_due_at=now + timedelta(days=9),
            result_summary=CANARY, **words,
        ),
        by=catalogue.officer,
    )  # fmt: skip
    opened = request_review(exploration=opened, by=catalogue.officer)
    opened = open_exploration(exploration=opened, by=catalogue.second_officer)
    _asked(catalogue, n, opened)
    done = MarketExploration.objects.create(
        slug=f"fertig-{n}", title=f"Ausgewertet {n}", buyer=organisation, opened_at=now - timedelta(days=60),
        responses_due_at=now - timedelta(days=30), result_published_at=now, result_summary="Neun Antworten.", **words,
    )  # fmt: skip
    tender = Tender.objects.create(
        slug=f"vergabe-{n}", title=f"Ausschreibung {n}", buyer=organisation, status="announced"
    )
    tender = award_tender(tender=tender, by=catalogue.officer)
    first = Organisation.objects.get(slug="stadt-0")
    for row in (opened, done, tender):
        row.solutions.set(Solution.objects.published().filter(slug__in=[solution.slug, "loesung-0"]))
        row.fields_of_action.set(FieldOfAction.objects.all())
    for row in (opened, done):
        row.joint_buyers.set({organisation, first})
    tender.explorations.set(MarketExploration.objects.filter(slug__in=["fertig-0", f"fertig-{n}"]))
    Tender.objects.get(slug="vergabe-0").explorations.add(done)


def _asked(catalogue: FullCatalogue, n: int, opened: MarketExploration) -> None:
    """Each exploration answers the first one's question too; who asked, and what waits for its answer, is hidden."""
    first = MarketExploration.objects.get(slug="offen-0")
    for exploration in {opened, first}:
        for texts in ({"question": f"Frage {n}?", "answer": "Ja."}, {"question": CANARY, "answer": CANARY}):
            row = Clarification(exploration=exploration, asked_by=CANARY, **texts)
            row = write_clarification(clarification=row, by=catalogue.officer)
            if row.question != CANARY:
                publish_clarification(clarification=row, by=catalogue.officer)


def _hidden(catalogue: FullCatalogue, n: int, place: Region, organisation: Organisation) -> None:
    """All that nobody may see, linked to what everybody sees."""
    texts = {"title": f"{CANARY} {n}", "summary": CANARY, "description": CANARY}
    hidden = _content(n) | texts
    create_solution(slug=f"geheim-entwurf-{n}", content=hidden, by=catalogue.editor)
    archived = _released(catalogue, f"geheim-archiv-{n}", hidden)
    withdrawn = _released(catalogue, f"geheim-zurueck-{n}", hidden)
    for solution in (archived, withdrawn):
        record_transfer(
            solution=solution, region=place, organisation=organisation, stage="live", verification="verified",
            evidence=CANARY, by=catalogue.editor, scope=CANARY,
        )  # fmt: skip
    shown = Solution.objects.get(slug=f"loesung-{n}")
    revision = start_revision(solution=shown, by=catalogue.editor, note=CANARY)
    revision.content |= texts
    revision.save(update_fields=["content"])
    silent = Organisation.objects.create(slug=f"still-{n}", name=f"Stille Stadt {n}", kind="municipal", region=place)
    for stage in ("interest", "declined"):
        record_transfer(
            solution=shown, region=catalogue.regions["07111"], organisation=silent, stage=stage, by=catalogue.editor,
            scope=CANARY, source=CANARY,
        )  # fmt: skip
    _hidden_chain(n, organisation, [archived, withdrawn, shown])
    archive_solution(solution=archived, by=catalogue.approver)
    withdraw_solution(solution=withdrawn, by=catalogue.approver)


def _hidden_chain(n: int, buyer: Organisation, solutions: list[Solution]) -> None:
    later = timezone.now() + timedelta(days=2)
    words = {"title": f"{CANARY} {n}", "summary": CANARY, "buyer": buyer}
    due = {"responses_due_at": later + timedelta(days=9)}
    hidden = [
        MarketExploration.objects.create(slug=f"geheim-bedarf-{n}", **words, **due),
        MarketExploration.objects.create(slug=f"geheim-spaeter-{n}", opened_at=later, **words, **due),
        Tender.objects.create(slug=f"geheim-vergabe-{n}", status="planned", **words),
        MarketExploration.objects.get(slug=f"offen-{n}"),
        Tender.objects.get(slug=f"vergabe-{n}"),
    ]
    for row in hidden:
        row.solutions.add(*solutions)
    for exploration in hidden[:2]:
        exploration.tenders.add(*hidden[2:5:2])
