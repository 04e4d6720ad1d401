from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "govtech_portal.admin.PortalAdminSite"


class PortalConfig(AppConfig):
    name = "govtech_portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        import_module("govtech_portal.checks")  # registers the checks of a deployment
