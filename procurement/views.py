"""Pages about market explorations and tenders."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, OuterRef, Prefetch, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from catalogue.markdown import rendered
from catalogue.models import FieldOfAction, Solution
from members.filters import FacetSpec, ListFilter
from procurement.filters import CLOSED, OPEN, ExplorationFilter, TenderFilter
from procurement.models import Clarification, MarketExploration, Tender
from procurement.timeline import timeline

PAGE = 20
State = MarketExploration.State
IS_OPEN = Case(When(state=State.PUBLISHED, then=Value(OPEN)), default=Value(CLOSED))
OPEN_FIRST = (
    Case(When(state=State.PUBLISHED, then=0), default=1),
    Case(When(state=State.PUBLISHED, then=F("responses_due_at"))),
    F("opened_at").desc(),
    "pk",
)
FIELD_FACET = FacetSpec("handlungsfeld", "Handlungsfeld", "fields_of_action__slug", "fields_of_action__name")
BUYER_FACET = FacetSpec("auftraggeber", "Auftraggeber", "buyer__slug", "buyer__name")
EXPLORATION_FACETS = (
    FacetSpec("zustand", "Stand", IS_OPEN, labels={OPEN: "offen", CLOSED: "abgeschlossen"}),
    FIELD_FACET,
    BUYER_FACET,
)
TENDER_FACETS = (
    FacetSpec("stand", "Stand", "status", labels=dict(Tender.Status.choices)),
    FIELD_FACET,
    BUYER_FACET,
)


@require_safe
def exploration_list(request: HttpRequest) -> HttpResponse:
    """Open ones first, the one that ends next on top."""
    now = timezone.now()
    asked = ExplorationFilter(request.GET, queryset=MarketExploration.objects.with_state_at(now))
    total, facets = asked.counted(EXPLORATION_FACETS)
    rows = _listed(asked.qs, "explorations").order_by(*OPEN_FIRST)
    page = _page(request, rows, total)
    page.object_list = [_with_days_left(exploration, now) for exploration in page.object_list]
    return render(request, "procurement/exploration_list.html", _context(asked, facets, page, total))


@require_safe
def exploration_detail(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    exploration = get_object_or_404(
        MarketExploration.objects.with_state_at(now)
        .select_related("buyer", "region")
        .annotate(answered=_answered(now))
        .prefetch_related(
            "joint_buyers",
            "fields_of_action",
            Prefetch("solutions", Solution.objects.published(), to_attr="solutions_shown"),
            Prefetch("tenders", Tender.objects.announced(), to_attr="tenders_shown"),
        ),
        slug=slug,
    )
    context = {
        "exploration": _with_days_left(exploration, now),
        "need": rendered(exploration.need),
        "result": rendered(exploration.result_summary),
        "clarifications": [
            (one["question"], rendered(one["answer"]), parse_datetime(one["published_at"]))
            for one in exploration.answered
        ],
        "is_open": exploration.state == State.PUBLISHED,
        "events": timeline(exploration, exploration.tenders_shown, now),
    }
    return render(request, "procurement/exploration_detail.html", context)


@require_safe
def tender_list(request: HttpRequest) -> HttpResponse:
    asked = TenderFilter(request.GET, queryset=Tender.objects.announced())
    total, facets = asked.counted(TENDER_FACETS)
    rows = _listed(asked.qs, "tenders").order_by(F("announced_on").desc(nulls_last=True), "-pk")
    page = _page(request, rows, total)
    return render(request, "procurement/tender_list.html", _context(asked, facets, page, total))


@require_safe
def tender_detail(request: HttpRequest, slug: str) -> HttpResponse:
    tender = get_object_or_404(
        Tender.objects.announced()
        .select_related("buyer")
        .prefetch_related(
            "fields_of_action", Prefetch("solutions", Solution.objects.published(), to_attr="solutions_shown")
        ),
        slug=slug,
    )
    return render(request, "procurement/tender_detail.html", {"tender": tender})


def _answered(now: datetime) -> ArraySubquery:
    """Published questions and answers, the oldest first, in the statement of their exploration."""
    rows = Clarification.objects.published_at(now).filter(exploration=OuterRef("pk"))
    return ArraySubquery(rows.values(row=JSONObject(question="question", answer="answer", published_at="published_at")))


def _listed(rows: QuerySet, related_name: str) -> QuerySet:
    """With buyer and the names of the fields of action, all in one statement."""
    fields = FieldOfAction.objects.filter(**{related_name: OuterRef("pk")})
    return rows.select_related("buyer").annotate(field_names=ArraySubquery(fields.values("name")))


def _page(request: HttpRequest, rows, total: int) -> Page:
    """The total is known from the facets; a page that does not exist is the nearest one."""
    paginator = Paginator(rows, PAGE)
    paginator.count = total
    return paginator.get_page(request.GET.get("seite"))


def _context(asked: ListFilter, facets: list, page: Page, total: int) -> dict:
    chips = asked.chips(facets)
    return {"asked": asked, "facets": facets, "chips": chips, "page": page, "query": asked.query(), "total": total}


def _with_days_left(exploration: MarketExploration, now: datetime) -> MarketExploration:
    exploration.days_left = exploration.days_left_at(now)
    return exploration
