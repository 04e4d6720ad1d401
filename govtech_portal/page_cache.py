"""Pages are the same for all readers, so a page is built once per state of the portal.

Key and ETag are the portal's version, the path, the parameters and whether a fragment was asked for; an entry
ends at midnight in Berlin at the latest, because pages show days. Whoever has a session bypasses the cache.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from members.models import PortalVersion

UNCACHED = (
    "/admin/",
    "/konto/",
    "/abo/",
    "/postfach/",
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/korrektur/",
)
LIFETIME = 300  # seconds at most, because deadlines on a page flip without a write


def seconds_to_midnight(now: datetime) -> int:
    """In Berlin, where the days on the pages are."""
    local = timezone.localtime(now)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - local).total_seconds()))


class PageCacheMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_shared(request):
            return self.get_response(request)
        key = self.key(request)
        stored = cache.get(key)
        if stored is None:
            stored = self.get_response(request)
            if not self.may_store(stored):
                return stored
            stored.headers["ETag"] = f'"{key}"'
            stored.headers["Cache-Control"] = "public, no-cache"
            cache.set(key, stored, min(LIFETIME, seconds_to_midnight(timezone.now())))
        if request.headers.get("If-None-Match") in (f'"{key}"', f'W/"{key}"'):
            return HttpResponseNotModified(headers={"ETag": f'"{key}"', "Cache-Control": "public, no-cache"})
        return stored

    @staticmethod
    def is_shared(request: HttpRequest) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not request.path.startswith(UNCACHED)
        )

    @staticmethod
    def key(request: HttpRequest) -> str:
        parts = (
            str(PortalVersion.current()),
            request.method,
            request.path,
            "&".join(sorted(request.META.get("QUERY_STRING", "").split("&"))),
            request.headers.get("HX-Request", ""),
            request.headers.get("Accept", "") if request.path.startswith("/api/") else "",
        )
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:40]

    @staticmethod
    def may_store(response: HttpResponse) -> bool:
        return response.status_code == 200 and not response.streaming and not response.cookies
