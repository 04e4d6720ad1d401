"""What the lists of market explorations and tenders can be asked."""

from typing import ClassVar

import django_filters
from django.db.models import Q, QuerySet

from catalogue.models import FieldOfAction
from members.filters import ListFilter, WordsFilter
from members.models import Organisation
from procurement.models import MarketExploration, Tender

State = MarketExploration.State
OPEN, CLOSED, ALL = "offen", "abgeschlossen", "alle"


class FieldsFilter(django_filters.ModelMultipleChoiceFilter):
    def __init__(self) -> None:
        super().__init__(
            label="Handlungsfeld",
            field_name="fields_of_action",
            to_field_name="slug",
            queryset=FieldOfAction.objects.all(),
        )

    def filter(self, qs: QuerySet, value: QuerySet) -> QuerySet:
        """In any of the fields; by a subquery, because a join would repeat rows."""
        if not value:
            return qs
        return qs.filter(pk__in=qs.model._base_manager.filter(fields_of_action__in=value).values("pk"))


class BuyerFilter(django_filters.ModelChoiceFilter):
    def __init__(self, **kwargs) -> None:
        super().__init__(label="Auftraggeber", to_field_name="slug", queryset=Organisation.objects.all(), **kwargs)


class ExplorationFilter(ListFilter):
    """Expects a queryset `with_state_at(now)`. Joint buyers count as buyers."""

    ENGLISH: ClassVar = {
        "state": "zustand",
        "field_of_action": "handlungsfeld",
        "buyer": "auftraggeber",
        "modified_since": "geaendert_seit",
    }
    VALUES: ClassVar = {"zustand": {"open": OPEN, "closed": CLOSED, "all": ALL}}

    q = WordsFilter(label="Suche", fields=("title", "summary", "need", "buyer__name", "buyer__short_name"))
    zustand = django_filters.MultipleChoiceFilter(
        label="Zustand",
        method="in_state",
        choices=[(OPEN, "offen"), (CLOSED, "abgeschlossen"), (ALL, "alle")],
    )
    handlungsfeld = FieldsFilter()
    auftraggeber = BuyerFilter(method="bought_by")
    geaendert_seit = django_filters.IsoDateTimeFilter(label="Geändert seit", field_name="changed_at", lookup_expr="gte")

    def in_state(self, rows: QuerySet, name: str, chosen: list[str]) -> QuerySet:
        if ALL in chosen or {OPEN, CLOSED} <= set(chosen):
            return rows
        if OPEN in chosen:
            return rows.filter(state=State.PUBLISHED)
        return rows.exclude(state=State.PUBLISHED) if CLOSED in chosen else rows

    def bought_by(self, rows: QuerySet, name: str, buyer: Organisation) -> QuerySet:
        joint = MarketExploration.joint_buyers.through.objects.filter(organisation=buyer)
        return rows.filter(Q(buyer=buyer) | Q(pk__in=joint.values("marketexploration")))


class TenderFilter(ListFilter):
    ENGLISH: ClassVar = {
        "status": "stand",
        "field_of_action": "handlungsfeld",
        "buyer": "auftraggeber",
        "modified_since": "geaendert_seit",
    }

    q = WordsFilter(label="Suche", fields=("title", "summary", "buyer__name", "buyer__short_name", "notice_id"))
    stand = django_filters.MultipleChoiceFilter(
        label="Stand",
        field_name="status",
        choices=[choice for choice in Tender.Status.choices if choice[0] != Tender.Status.PLANNED],
        distinct=False,
    )
    handlungsfeld = FieldsFilter()
    auftraggeber = BuyerFilter(field_name="buyer")
    geaendert_seit = django_filters.IsoDateTimeFilter(label="Geändert seit", field_name="changed_at", lookup_expr="gte")
