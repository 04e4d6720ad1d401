"""The admin site of the campus team: the work queue first, then the rooms."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import urlencode

from govtech_portal.delivery_page import delivery_page
from govtech_portal.work_queue import work_queue
from members.second_factor import is_factor_missing, where_to_show_it

ROOMS = ["catalogue", "procurement", "subscriptions", "members", "account"]


def is_of_the_team(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_staff


class Suggestions(AutocompleteJsonView):
    """What an autocompletion offers, in the words of the row's own admin, so that places of one name differ."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "suggestion", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class PortalAdminSite(AdminSite):
    site_header = "GovTech-Lösungskatalog: Verwaltung"
    site_title = "Verwaltung"
    index_title = "Aufgaben"
    site_url = "/"
    empty_value_display = "–"
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """One login for everybody: allauth's. Whoever still has to show the second factor is led to that page."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            if is_of_the_team(request) and is_factor_missing(request):
                return redirect(where_to_show_it(request, request.GET.get("next") or reverse("admin:index")))
            raise PermissionDenied("Die Verwaltung ist dem Campus-Team vorbehalten.")
        next_url = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': next_url})}")

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        """Every page of the site asks here first, whatever its address and however somebody logged in.

        No address needs a NUL, and the database knows none.
        """
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return is_of_the_team(request) and not is_factor_missing(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [path("zustellung/", self.admin_view(self.delivery), name="delivery"), *super().get_urls()]

    def delivery(self, request: HttpRequest) -> HttpResponse:
        answer = delivery_page(request)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            answer.context_data = self.each_context(request) | answer.context_data
        return answer

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Suggestions.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().index(request, {"queue": work_queue(request.user)} | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        rooms = super().get_app_list(request, app_label)
        return sorted(rooms, key=lambda room: ROOMS.index(room["app_label"]) if room["app_label"] in ROOMS else 99)
