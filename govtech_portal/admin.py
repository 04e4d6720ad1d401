"""The admin site of the campus team."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


class PortalAdminSite(AdminSite):
    site_header = "GovTech-Lösungskatalog: Verwaltung"
    site_title = "Verwaltung"
    index_title = "Arbeitsbereiche"
    site_url = "/"
    empty_value_display = "–"
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context=None):
        """One login for everybody: allauth's, so that its rules and later its second factor hold here too."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            return redirect("account_home")
        next_url = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': next_url})}")
