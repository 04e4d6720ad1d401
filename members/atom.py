"""Lists as Atom feeds (RFC 4287): for everybody who would rather read news in a program than in a mail."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.feedgenerator import Atom1Feed

from members.filters import ListFilter

ENTRIES = 50
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)  # `updated` of a feed without entries; it must not follow the clock
NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # of XML 1.0


@dataclass(frozen=True)
class Entry:
    """`name` is the same for ever and makes the id: a slug, or slugs and a moment."""

    name: str
    title: str
    path: str
    summary: str
    updated: datetime
    published: datetime | None = None


class StillFeed(Atom1Feed):
    """Tells the same time as long as nothing changes."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=NOTHING_YET)


def feed(request: HttpRequest, *, title: str, page: str, asked: ListFilter, entries: Iterable[Entry]) -> HttpResponse:
    """The feed of a list with its filter; a filter that is none is answered with 400 and not with everything."""
    if asked.errors:
        return refused(asked)
    query = f"?{asked.query()}" if asked.query() else ""
    made = StillFeed(
        title=title, link=settings.SITE_URL + page + query, description="", language="de",
        feed_url=settings.SITE_URL + request.path + query, author_name="GovTech-Lösungskatalog",
    )  # fmt: skip
    for entry in entries:
        made.add_item(
            title=plain(entry.title), link=settings.SITE_URL + entry.path, description=plain(entry.summary),
            unique_id=tag_of(entry.name), updateddate=entry.updated, pubdate=entry.published,
        )  # fmt: skip
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def refused(asked: ListFilter) -> JsonResponse:
    """In the form of RFC 9457, as the API does: who reads feeds is a program."""
    names = ", ".join(sorted(asked.errors))
    problem = {
        "type": "about:blank",
        "title": "Ungültige Anfrage",
        "status": 400,
        "detail": f"Diese Filter haben keinen gültigen Wert: {names}.",
    }
    return JsonResponse(problem, status=400, content_type="application/problem+json")


def tag_of(name: str) -> str:
    """RFC 4151: ours, and the same wherever the page moves."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{name}"


def plain(text: str) -> str:
    return NO_CHARACTERS.sub("", text)
