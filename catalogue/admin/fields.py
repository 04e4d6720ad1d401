from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalogue.models import FieldOfAction
from members.staff_pages import KeepsHistory


@admin.register(FieldOfAction)
class FieldOfActionAdmin(KeepsHistory):
    list_display = ("name", "slug", "position", "published")
    search_fields = ("name", "description")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[FieldOfAction]:
        return super().get_queryset(request).with_solution_counts()

    @admin.display(description="veröffentlichte Lösungen", ordering="solution_count")
    def published(self, field: FieldOfAction) -> int:
        return field.solution_count
