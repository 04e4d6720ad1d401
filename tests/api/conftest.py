"""One full example of everything that the API gives, and hidden rows beside it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from catalogue.models import (
    FieldOfAction,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
    Transfer,
)
from catalogue.search import index_solution
from members.models import Membership, Organisation
from procurement.models import MarketExploration, Tender

LONG_AGO = datetime(2026, 3, 1, 12, tzinfo=UTC)
CANARY = "Geheim"  # in every row that must not be seen


def make_solution(slug: str, **values) -> Solution:
    public = {"editorial_status": "published", "number": 1, "published_at": LONG_AGO, "changed_at": LONG_AGO}
    named = {"title": f"Lösung {slug}", "summary": "Ein Satz."}
    solution = Solution.objects.create(slug=slug, **(public | named | values))
    index_solution(solution)
    return solution


def make_exploration(slug: str, buyer: Organisation, **values) -> MarketExploration:
    now = timezone.now()
    dates = {"opened_at": now - timedelta(days=9), "responses_due_at": now + timedelta(days=9)}
    return MarketExploration.objects.create(
        slug=slug, buyer=buyer, **(dates | {"title": f"Erkundung {slug}", "summary": "Was gesucht wird."} | values)
    )


@pytest.fixture
def shown(regions) -> SimpleNamespace:
    """A solution with everything, used in two regions, and the chain it came from."""
    field = FieldOfAction.objects.create(slug="ki", name="Künstliche Intelligenz")
    city = Organisation.objects.create(slug="hamburg", name="Stadt Hamburg", kind="state", region=regions["02"])
    Membership.objects.create(organisation=city, category="ordinary", since="2021-06-01")
    solution = make_solution("llmoin", is_ai=True, licence="MIT")
    solution.fields_of_action.add(field)
    SolutionOrganisation.objects.create(solution=solution, organisation=city, role="owner")
    SolutionContact.objects.create(solution=solution, name="Amt", email="amt@hamburg.example", review_due="2027-01-01")
    SolutionSource.objects.create(solution=solution, title="Quelle", url="https://quelle.example")
    ReportedCoverage.objects.create(solution=solution, n=4, of=16, unit="Länder", as_of="09/2025", source="Quelle")
    ReusePath.objects.create(solution=solution, region=regions[""], legal_route="agreement", steps="1. Anrufen")
    first = Transfer.objects.create(
        solution=solution, region=regions["02"], organisation=city, stage="live", verification="verified",
        verified_at=LONG_AGO, live_since="2024-01-01", changed_at=LONG_AGO,
    )  # fmt: skip
    Transfer.objects.create(solution=solution, region=regions["07"], stage="agreed", from_transfer=first)
    exploration = make_exploration("ki-assistenz", city, result_summary=f"{CANARY}: nicht veröffentlicht")
    tender = Tender.objects.create(slug="ki", title="Ausschreibung KI", buyer=city, status="announced")
    exploration.fields_of_action.add(field)
    exploration.solutions.add(solution)
    tender.explorations.add(exploration)
    tender.solutions.add(solution)
    return SimpleNamespace(
        field=field, city=city, solution=solution, transfer=first, exploration=exploration, tender=tender
    )


@pytest.fixture
def hidden(shown, regions) -> SimpleNamespace:
    """What is not public, linked to what is."""
    draft = make_solution("geheim", title=f"{CANARY}er Entwurf", editorial_status="draft", published_at=None, number=0)
    archived = make_solution("archiv", title=f"{CANARY}es Archiv", editorial_status="archived")
    for solution in (draft, archived):
        solution.fields_of_action.add(shown.field)
        Transfer.objects.create(solution=solution, region=regions["02"], stage="live", scope=CANARY)
        shown.exploration.solutions.add(solution)
        shown.tender.solutions.add(solution)
    quiet = Transfer.objects.create(
        solution=shown.solution, region=regions["07137"], stage="interest", scope=f"{CANARY}es Interesse"
    )
    Transfer.objects.create(solution=shown.solution, region=regions["07111"], stage="declined", scope=CANARY)
    Transfer.objects.filter(region=regions["07"]).update(from_transfer=quiet)
    planned = Tender.objects.create(slug="geplant", title=f"{CANARY} geplant", buyer=shown.city, status="planned")
    planned.explorations.add(shown.exploration)
    planned.solutions.add(shown.solution)
    unopened = make_exploration("entwurf", shown.city, title=f"{CANARY} entworfen", opened_at=None)
    later = make_exploration(
        "spaeter", shown.city, title=f"{CANARY} später", opened_at=timezone.now() + timedelta(days=1)
    )
    shown.tender.explorations.add(unopened, later)
    return SimpleNamespace(paths=[
        "solutions/geheim/", "solutions/archiv/", "tenders/geplant/", "market-explorations/entwurf/",
        "market-explorations/spaeter/",
    ])  # fmt: skip
