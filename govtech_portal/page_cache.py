"""Pages are the same for all readers, so a page is built once per state of the portal.

Key and ETag are the portal's version, the last moment at which a date on a page passed (midnight in Berlin among
them), the path, the parameters that a page knows, and whether a fragment was asked for. So no answer outlives
what it shows. Whoever has a session bypasses the cache.
"""

import hashlib
from collections.abc import Callable
from operator import itemgetter
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from govtech_portal.moments import last_flip
from members.filters import ListFilter
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
LIFETIME = 24 * 3600  # seconds; the key ends an entry sooner
MOST_PARAMETERS = 200


def known_parameters() -> set[str]:
    """What lists and pages understand; anything else changes nothing on a page and makes no second entry."""
    lists = ListFilter.__subclasses__()
    return {"q", "fuer", "seite"}.union(*(found.names() for kind in lists for found in (kind, *kind.__subclasses__())))


def normalised_query(request: HttpRequest) -> str:
    """The parameters in order. The API refuses unknown ones, so there they count."""
    query = request.META.get("QUERY_STRING", "")
    if request.path.startswith("/api/"):
        return query
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="surrogateescape")
    except ValueError:
        return query
    known = known_parameters()
    # values of one name keep their order: of several, pages read the last
    return repr(sorted((pair for pair in pairs if pair[0] in known), key=itemgetter(0)))


class PageCacheMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_shared(request):
            return self.get_response(request)
        key = self.key(request)
        tag = f'"{key}"'
        stored = cache.get(key)
        if stored is None:
            stored = self.get_response(request)
            if not self.may_store(stored):
                return stored
            stored.headers["ETag"] = tag
            stored.headers["Cache-Control"] = "public, no-cache"
            cache.set(key, stored, LIFETIME)
        if request.headers.get("If-None-Match") in (tag, f"W/{tag}"):
            return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "public, no-cache"})
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
        version = PortalVersion.current()
        parts = (
            str(version),
            last_flip(version, timezone.now()).isoformat(),
            request.method or "",
            request.path,
            normalised_query(request),
            request.headers.get("HX-Request", ""),
            request.headers.get("Accept", "") if request.path.startswith("/api/") else "",
        )
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:40]

    @staticmethod
    def may_store(response: HttpResponse) -> bool:
        return response.status_code == 200 and not response.streaming and not response.cookies
