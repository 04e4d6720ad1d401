"""Pages for machines: health, robots, sitemap, security.txt; and the answers when something went wrong."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from catalogue.models import Solution
from members.models import Organisation
from procurement.models import MarketExploration


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and migrations are needed to serve; the broker only shortens the wait and is reported."""
    executor = MigrationExecutor(connection)
    migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    try:
        broker = bool(Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping())
    except RedisError:
        broker = False
    body = {"database": True, "migrations": migrated, "broker": broker}
    return JsonResponse(body, status=200 if migrated else 503)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /konto/", "Disallow: /abo/"]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    paths = [reverse(name) for name in ("start", "solution_list", "exploration_list", "organisation_list")]
    paths += [reverse("solution_detail", args=[s]) for s in Solution.objects.published().values_list("slug", flat=True)]
    paths += [
        reverse("exploration_detail", args=[s])
        for s in MarketExploration.objects.visible_at(timezone.now()).values_list("slug", flat=True)
    ]
    paths += [reverse("organisation_detail", args=[s]) for s in Organisation.objects.values_list("slug", flat=True)]
    return render(
        request,
        "govtech_portal/sitemap.xml",
        {"addresses": [settings.SITE_URL + path for path in paths]},
        content_type="application/xml",
    )


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116."""
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {settings.SITE_URL}{reverse('imprint')}",
        f"Expires: {expires}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
