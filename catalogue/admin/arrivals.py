from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalogue.models import Arrival
from members.staff_pages import ReadOnly


class TakenBackFilter(admin.SimpleListFilter):
    title = "Gültigkeit"
    parameter_name = "gueltig"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("ja", "gilt"), ("nein", "zurückgenommen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Arrival]) -> QuerySet[Arrival]:
        if self.value() in ("ja", "nein"):
            return queryset.filter(taken_back_at__isnull=self.value() == "ja")
        return queryset


@admin.register(Arrival)
class ArrivalAdmin(ReadOnly):
    """The dated facts that subscribers are told of: read here, written by the transfer's verbs."""

    list_display = ("solution", "region", "arrived_at", "taken_back_at")
    list_filter = (TakenBackFilter, "arrived_at", "region__kind")
    list_select_related = ("solution", "region")
    search_fields = ("solution__title", "region__label")
    search_help_text = "Lösung oder Region"
    fields = ("solution", "region", "transfer", "arrived_at", "taken_back_at")
