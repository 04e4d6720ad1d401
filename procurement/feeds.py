"""Market explorations as a feed with the filters of their list, and their deadlines for a calendar."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from members.atom import ENTRIES, Entry, feed, plain
from procurement.filters import ExplorationFilter
from procurement.models import MarketExploration

NO_TENDER = "Dies ist keine Ausschreibung und kein Vergabeverfahren."


@require_safe
def explorations(request: HttpRequest) -> HttpResponse:
    """What was changed last stands first."""
    asked = ExplorationFilter(request.GET, queryset=MarketExploration.objects.with_state_at(timezone.now()))
    rows = [] if asked.errors else asked.qs.select_related("buyer").order_by("-changed_at", "-pk")[:ENTRIES]
    entries = [
        Entry(
            f"markterkundung/{row.slug}", row.title, row.get_absolute_url(), _said(row), row.changed_at, row.opened_at
        )
        for row in rows
    ]
    return feed(request, title="Markterkundungen", page=reverse("exploration_list"), asked=asked, entries=entries)


@require_safe
def exploration_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The deadlines of one exploration (RFC 5545); an extended one is the same event, later."""
    exploration = get_object_or_404(
        MarketExploration.objects.visible_at(timezone.now()).select_related("buyer"), slug=slug
    )
    calendar = Calendar()
    calendar.add("prodid", "-//GovTech-Lösungskatalog//Markterkundungen//DE")
    calendar.add("version", "2.0")
    for name, due, words in (
        ("fragen", exploration.questions_due_at, "Frist für Fragen"),
        ("rueckmeldungen", exploration.responses_due_at, "Frist für Rückmeldungen"),
    ):
        if due:
            calendar.add_component(_deadline(exploration, name, due, words))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{exploration.slug}.ics"'
    return response


def _deadline(exploration: MarketExploration, name: str, due: datetime, words: str) -> Event:
    """Without a change by hand the sequence counts the seconds since it opened, so it only grows."""
    event = Event()
    url = settings.SITE_URL + exploration.get_absolute_url()
    event.add("uid", f"{exploration.slug}-{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", exploration.changed_at)
    event.add("last-modified", exploration.changed_at)
    event.add("sequence", max(0, int((exploration.changed_at - exploration.opened_at).total_seconds())))
    event.add("dtstart", due.astimezone(UTC))
    event.add("summary", plain(f"{words}: {exploration.title}"))
    event.add("description", plain(f"{exploration.summary}\nAuftraggeber: {exploration.buyer}\n{NO_TENDER}\n{url}"))
    event.add("url", url)
    event.add("status", "CANCELLED" if exploration.withdrawn_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _said(exploration: MarketExploration) -> str:
    due = timezone.localtime(exploration.responses_due_at)
    return f"{exploration.summary} Rückmeldungen bis {due:%d.%m.%Y, %H:%M} Uhr. {NO_TENDER}"
