"""Pages are the same for all readers, so a page is built once per state of the portal.

Key and ETag are the portal's version, the last moment at which a date on a page passed (midnight in Berlin among
them), the path, the parameters that a page knows, and whether a fragment was asked for. So no answer outlives
what it shows, and who names the tag of this state has its page already. Whoever has a session bypasses the cache.

Pages are kept compressed. That gives nothing away (BREACH): what is shared holds no secret and no token.
"""

import hashlib
import zlib
from collections.abc import Callable
from functools import cache as once
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import get_resolver
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

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
    "/meldung/",
    "/praxisbericht/",
    "/stimmt-noch/",
)
LIFETIME = 24 * 3600  # seconds; the key ends an entry sooner
MOST_PARAMETERS = 200
SHORTEST = 200  # bytes; less does not become smaller
GZIP = 31  # zlib's name for "with the header of gzip"


@once
def known_parameters() -> set[str]:
    """What lists and pages understand; anything else changes nothing on a page and makes no second entry."""
    get_resolver().url_patterns  # noqa: B018  # reads the addresses and with them the lists: the first request may not
    lists = ListFilter.__subclasses__()
    return {"q", "fuer", "seite", "s", "nur", "jahr"}.union(
        *(found.names() for kind in lists for found in (kind, *kind.__subclasses__()))
    )


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


class Stored(NamedTuple):
    """A page as it is kept: its headers as it was built, its body compressed where that makes it smaller."""

    headers: dict[str, str]
    body: bytes
    is_compressed: bool

    @classmethod
    def of(cls, response: HttpResponse) -> "Stored":
        headers, body = dict(response.items()), response.content
        if len(body) < SHORTEST or response.has_header("Content-Encoding"):
            return cls(headers, body, False)
        packing = zlib.compressobj(6, zlib.DEFLATED, GZIP)
        return cls(headers, packing.compress(body) + packing.flush(), True)

    def response(self, request: HttpRequest) -> HttpResponse:
        takes_it = "gzip" in request.headers.get("Accept-Encoding", "")
        plain = self.is_compressed and not takes_it
        response = HttpResponse(zlib.decompress(self.body, GZIP) if plain else self.body, headers=self.headers)
        if self.is_compressed:
            patch_vary_headers(response, ["Accept-Encoding"])
        if self.is_compressed and takes_it:
            response.headers["Content-Encoding"] = "gzip"
        return response


class PageCacheMiddleware:
    """Its ETag is a weak one: the same page, compressed or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_shared(request):
            return self.get_response(request)
        version = PortalVersion.current()
        request.portal_version = version  # type: ignore[attr-defined]  # for what is kept by it inside a page
        key = self.key(request, version)
        shared = {"ETag": f'W/"{key}"', "Cache-Control": "public, no-cache"}
        if shared["ETag"] in _tags(request):
            return HttpResponseNotModified(headers=shared)
        stored = cache.get(key)
        if stored is None:
            response = self.get_response(request)
            if not self.may_store(response):
                return response
            for name, value in shared.items():
                response.headers[name] = value
            stored = Stored.of(response)
            cache.set(key, stored, LIFETIME)
        return stored.response(request)

    @staticmethod
    def is_shared(request: HttpRequest) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not request.path.startswith(UNCACHED)
        )

    @staticmethod
    def key(request: HttpRequest, version: int) -> str:
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
        """A page that says no-store holds a form (`/loesungen/<slug>/nutzen/`): its token is one person's."""
        is_private = "no-store" in response.headers.get("Cache-Control", "")
        return response.status_code == 200 and not (response.streaming or response.cookies or is_private)


def _tags(request: HttpRequest) -> list[str]:
    """What the reader has; a strong tag of the same name says the same."""
    return [
        tag if tag.startswith("W/") else f"W/{tag}" for tag in parse_etags(request.headers.get("If-None-Match", ""))
    ]
