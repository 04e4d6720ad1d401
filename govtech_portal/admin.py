"""The admin site of the campus team: the work queue first, then the rooms."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from govtech_portal.work_queue import work_queue

ROOMS = ["catalogue", "procurement", "subscriptions", "members", "account"]


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
        """One login for everybody: allauth's, so that its rules and later its second factor hold here too."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise PermissionDenied("Die Verwaltung ist dem Campus-Team vorbehalten.")
        next_url = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': next_url})}")

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        """Every page of the site asks here first; no address needs a NUL, and the database knows none."""
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return super().has_permission(request)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Suggestions.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().index(request, {"queue": work_queue(request.user)} | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        rooms = super().get_app_list(request, app_label)
        return sorted(rooms, key=lambda room: ROOMS.index(room["app_label"]) if room["app_label"] in ROOMS else 99)
