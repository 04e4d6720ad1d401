"""The organisations' admin of the room to the left, with what a new name means for the search of this room."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalogue.search import index_organisation
from members.admin import OrganisationAdmin
from members.models import Organisation

admin.site.unregister(Organisation)


@admin.register(Organisation)
class SearchedOrganisationAdmin(OrganisationAdmin):
    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            index_organisation(obj)
