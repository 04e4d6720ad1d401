from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalogue.models import FieldOfAction, Solution
from catalogue.search import index_solutions
from members.staff_pages import KeepsHistory


@admin.register(FieldOfAction)
class FieldOfActionAdmin(KeepsHistory):
    list_display = ("name", "slug", "position", "published")
    search_fields = ("name", "description")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[FieldOfAction]:
        return super().get_queryset(request).with_solution_counts()

    def save_model(self, request: HttpRequest, obj: FieldOfAction, form: Any, change: bool) -> None:
        """Its name stands in the index of its solutions."""
        super().save_model(request, obj, form, change)
        if change:
            index_solutions(Solution.objects.in_field(obj.slug))

    @admin.display(description="veröffentlichte Lösungen", ordering="solution_count")
    def published(self, field: FieldOfAction) -> int:
        return field.solution_count
