"""All addresses (docs/contract: they stay the same; add freely, change only with a redirect)."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from govtech_portal import account_pages, components, demo_mailbox, technical, views


def _page(name: str):
    """A page of plain text: one template, no data."""
    return TemplateView.as_view(template_name=f"govtech_portal/{name}.html")


urlpatterns = [
    path("", views.start, name="start"),
    path("", include("members.urls")),  # before catalogue: /regionen/vorschlaege/ is no region's key
    path("", include("catalogue.urls")),
    path("", include("procurement.urls")),
    path("", include("subscriptions.urls")),
    path("konto/", account_pages.account_home, name="account_home"),
    path("konto/organisation/<slug:slug>/", account_pages.organisation, name="own_organisation"),
    path("komponenten/", components.components, name="components"),
    path("hilfe/", _page("help"), name="help"),
    path("glossar/", _page("glossary"), name="glossary"),
    path("impressum/", _page("imprint"), name="imprint"),
    path("datenschutz/", views.privacy, name="privacy"),
    path("barrierefreiheit/", _page("accessibility"), name="accessibility"),
    path("leichte-sprache/", _page("easy_language"), name="easy_language"),
    path("healthz", technical.healthz, name="healthz"),
    path("readyz", technical.readyz, name="readyz"),
    path("robots.txt", technical.robots, name="robots"),
    path("sitemap.xml", technical.sitemap, name="sitemap"),
    path(".well-known/security.txt", technical.security_txt, name="security_txt"),
    path("api/v1/", include("govtech_portal.api_urls")),
    path("admin/", admin.site.urls),
]

if settings.MAILBOX_DIR:
    urlpatterns += [
        path("postfach/", demo_mailbox.mailbox, name="mailbox"),
        path("postfach/<str:name>/", demo_mailbox.mailbox_message, name="mailbox_message"),
    ]
