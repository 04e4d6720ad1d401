"""What the lists of transfers and arrivals can be asked, for pages and the API alike."""

from typing import ClassVar

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from catalogue.filters.fields import RegionsFilter, SlugsFilter
from catalogue.filters.solutions import within
from catalogue.models import Solution, Transfer
from members.filters import ListFilter
from members.models import Region


class TransferFilter(ListFilter):
    """Expects public transfers. `region` is there or within."""

    ENGLISH: ClassVar = {
        "solution": "loesung", "stage": "stand", "verification": "pruefstatus", "modified_since": "geaendert_seit",
        "field_of_action": "handlungsfeld",
    }  # fmt: skip

    loesung = SlugsFilter(label="Lösung", field_name="solution__slug")
    handlungsfeld = SlugsFilter(label="Handlungsfeld", method="in_fields")
    region = RegionsFilter(label="Region", method="lies_in")
    stand = django_filters.MultipleChoiceFilter(
        label="Stand",
        field_name="stage",
        choices=[choice for choice in Transfer.Stage.choices if choice[0] != Transfer.Stage.DECLINED],
        distinct=False,
    )
    pruefstatus = django_filters.MultipleChoiceFilter(
        label="Prüfstatus", field_name="verification", choices=Transfer.Verification, distinct=False
    )
    geaendert_seit = django_filters.IsoDateTimeFilter(label="Geändert seit", field_name="changed_at", lookup_expr="gte")

    def in_fields(self, rows: QuerySet, name: str, slugs: list[str]) -> QuerySet:
        through = Solution.fields_of_action.through.objects
        return rows.filter(Exists(through.filter(solution=OuterRef("solution"), fieldofaction__slug__in=slugs)))

    def lies_in(self, rows: QuerySet, name: str, regions: list[Region]) -> QuerySet:
        return rows.filter(within(regions))


class ArrivalFilter(ListFilter):
    """What arrived, in a region or within it, of some fields of action."""

    ENGLISH: ClassVar = {"field_of_action": "handlungsfeld"}

    handlungsfeld = SlugsFilter(label="Handlungsfeld", method="in_fields")
    region = RegionsFilter(label="Region", method="lies_in")
    in_fields = TransferFilter.in_fields
    lies_in = TransferFilter.lies_in
