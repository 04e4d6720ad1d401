"""Market explorations and tenders of the demo catalogue, and the links exploration -> tender -> solution."""

from typing import Any

from django.db.models import Model

from catalogue.models import FieldOfAction, Solution
from govtech_portal.demo_catalogue.reading import Row, rows, when
from govtech_portal.demo_catalogue.run import Run
from members.models import Organisation
from procurement.models import Clarification, MarketExploration, Tender

EXPLORATION = (
    "title", "summary", "need", "legal_basis", "cpv_main", "cpv_further", "result_summary", "withdrawn_reason",
    "contact", "source", "is_fictitious",
)  # fmt: skip
EXPLORATION_DATES = (
    "review_requested_at", "opened_at", "questions_due_at", "responses_due_at", "result_published_at",
    "concluded_without_tender_at", "withdrawn_at",
)  # fmt: skip
ANSWER_DATES = ("created_at", "published_at")
TENDER = (
    "title", "summary", "status", "procedure", "procedure_note", "cpv_codes", "lots", "notice_id", "notice_url",
    "award_note", "sovereignty_criteria", "source", "is_fictitious",
)  # fmt: skip
LINKS = {
    "joint_buyers": Organisation,
    "fields_of_action": FieldOfAction,
    "solutions": Solution,
    "explorations": MarketExploration,
}


def add_explorations(run: Run) -> None:
    known = set(MarketExploration.objects.values_list("slug", flat=True))
    for row in rows("explorations"):
        if row["slug"] not in known:
            region = run.regions[row["region"]] if "region" in row else None
            exploration = MarketExploration.objects.create(
                **_plain(row, EXPLORATION), **_moments(row, EXPLORATION_DATES, run), region=region,
                author=run.people["vergabe"],
            )  # fmt: skip
            _link(exploration, row)
            run.add(exploration)
            _answer(exploration, row, run)


def add_tenders(run: Run) -> None:
    known = set(Tender.objects.values_list("slug", flat=True))
    for row in rows("tenders"):
        if row["slug"] not in known:
            announced = when(row["announced_on"], run.now).day if "announced_on" in row else None
            tender = Tender.objects.create(
                **_plain(row, TENDER), **_moments(row, ("awarded_at",), run), announced_on=announced
            )
            _link(tender, row)
            run.add(tender)


def _answer(exploration: MarketExploration, row: Row, run: Run) -> None:
    """Questions that were asked; one without a date waits for its answer to be published."""
    for asked in row.get("clarifications", ()):
        texts = {name: asked[name] for name in ("question", "answer", "asked_by") if name in asked}
        run.add(Clarification.objects.create(exploration=exploration, **texts, **_moments(asked, ANSWER_DATES, run)))


def _plain(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    plain = {name: row[name] for name in names if name in row}
    return plain | {"slug": row["slug"], "buyer": Organisation.objects.get(slug=row["buyer"])}


def _moments(row: Row, names: tuple[str, ...], run: Run) -> dict[str, Any]:
    return {name: when(row[name], run.now).at for name in names if name in row}


def _link(target: Model, row: Row) -> None:
    for name, model in LINKS.items():
        if row.get(name):
            getattr(target, name).set(model._default_manager.filter(slug__in=row[name]))
