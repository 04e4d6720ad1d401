"""A small catalogue on top of the small country of tests/conftest.py."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from catalogue.models import FieldOfAction, Solution, Transfer
from catalogue.search import index_solution
from members.models import Region

LONG_AGO = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def fields(db) -> dict[str, FieldOfAction]:
    names = {"open-source": "Open Source", "ki": "Künstliche Intelligenz", "cloud": "Cloud"}
    return {
        slug: FieldOfAction.objects.create(slug=slug, name=name, position=place)
        for place, (slug, name) in enumerate(names.items())
    }


@pytest.fixture
def make_solution(db) -> Callable[..., Solution]:
    """A published solution, or what is asked for; `fields` are fields of action."""

    def make(slug: str, *, fields: tuple[FieldOfAction, ...] = (), **values) -> Solution:
        public = {"editorial_status": "published", "number": 1, "published_at": LONG_AGO, "changed_at": LONG_AGO}
        named = {"title": slug.replace("-", " ").title(), "summary": f"Ein Satz zu {slug}."}
        solution = Solution.objects.create(slug=slug, **(public | named | values))
        solution.fields_of_action.set(fields)
        index_solution(solution)
        return solution

    return make


@pytest.fixture
def make_transfer(db) -> Callable[..., Transfer]:
    def make(solution: Solution, region: Region, stage: str = "live", **values) -> Transfer:
        if values.get("verification") == "verified":
            values.setdefault("verified_at", LONG_AGO)
        if values.get("is_public"):
            values = {"consent_by": "Amtsleitung", "consent_on": LONG_AGO} | values
        return Transfer.objects.create(solution=solution, region=region.counted(), stage=stage, **values)

    return make


@pytest.fixture
def draft(make_solution) -> Solution:
    """A canary: nothing of it may be seen anywhere."""
    return make_solution("geheimer-entwurf", title="Geheimer Entwurf", editorial_status="draft", published_at=None)
