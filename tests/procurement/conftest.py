"""Market explorations in every state, seen from one moment."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from catalogue.models import FieldOfAction, Solution
from members.models import Organisation
from procurement.models import MarketExploration, Tender

DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def buyer(db) -> Organisation:
    return Organisation.objects.create(slug="beschaffungsamt", name="Beschaffungsamt", kind=Organisation.Kind.FEDERAL)


@pytest.fixture
def field(db) -> FieldOfAction:
    return FieldOfAction.objects.create(slug="ki", name="Künstliche Intelligenz")


@pytest.fixture
def make_exploration(buyer, now) -> Callable[..., MarketExploration]:
    """Complete and in review; `opened`, `due`, `result`, `withdrawn` are days from now."""

    def make(
        slug: str = "ki-assistenz", *, opened: float | None = None, due: float = 21, **values
    ) -> MarketExploration:
        dates = {name: values.pop(name, None) for name in ("result", "withdrawn")}
        complete = {
            "title": f"Titel {slug}", "summary": "Was gesucht wird.", "need": "Der **Bedarf**.",
            "legal_basis": "vgv_28", "contact": "vergabe@campus.example", "buyer": buyer,
            "review_requested_at": now - 30 * DAY,
        }  # fmt: skip
        return MarketExploration.objects.create(
            slug=slug,
            opened_at=None if opened is None else now + opened * DAY,
            responses_due_at=now + due * DAY,
            result_published_at=None if dates["result"] is None else now + dates["result"] * DAY,
            withdrawn_at=None if dates["withdrawn"] is None else now + dates["withdrawn"] * DAY,
            **(complete | values),
        )

    return make


@pytest.fixture
def in_every_state(make_exploration) -> dict[str, MarketExploration]:
    return {
        "draft": make_exploration("entwurf", review_requested_at=None),
        "in_review": make_exploration("pruefung"),
        "published": make_exploration("offen", opened=-3, due=5),
        "closed": make_exploration("abgelaufen", opened=-30, due=-1),
        "evaluated": make_exploration("ausgewertet", opened=-60, due=-30, result=-2, result_summary="Neun Antworten."),
        "withdrawn": make_exploration(
            "zurueckgezogen", opened=-9, due=9, withdrawn=-1, withdrawn_reason="Der Bedarf ist entfallen."
        ),
    }


@pytest.fixture
def make_tender(buyer) -> Callable[..., Tender]:
    def make(slug: str = "ki-plattform", **values) -> Tender:
        return Tender.objects.create(
            **({"slug": slug, "title": f"Titel {slug}", "buyer": buyer, "status": "announced"} | values)
        )

    return make


@pytest.fixture
def make_solution(db) -> Callable[..., Solution]:
    def make(slug: str, **values) -> Solution:
        public = {"editorial_status": "published", "number": 1, "published_at": timezone.now()}
        return Solution.objects.create(
            slug=slug, **(public | {"title": f"Lösung {slug}", "summary": "Ein Satz."} | values)
        )

    return make
