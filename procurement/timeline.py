"""The steps of a market exploration in time, for its page and for nobody's calendar."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from procurement.models import MarketExploration, Tender

Event = dict[str, Any]
State = MarketExploration.State


def timeline(exploration: MarketExploration, tenders: Iterable[Tender], now: datetime) -> list[Event]:
    """Past steps are done, one is where we stand; what a withdrawal made void is left out."""
    state = exploration.state_at(now)
    events = [_event("Veröffentlicht", exploration.opened_at, "done")]
    if exploration.questions_due_at:
        events.append(_deadline("Fragen bis", exploration.questions_due_at, now))
    if state == State.WITHDRAWN:
        return [*events, _event("Zurückgezogen", exploration.withdrawn_at, "here", exploration.withdrawn_reason)]
    due = _deadline("Rückmeldungen bis", exploration.responses_due_at, now)
    events.append(due | {"state": "here"} if state == State.PUBLISHED else due)
    if state == State.EVALUATED:
        events.append(_event("Ergebnis veröffentlicht", exploration.result_published_at, "done"))
    else:
        events.append(_event("Auswertung und Ergebnis", None, "here" if state == State.CLOSED else ""))
    return [*events, *_what_followed(exploration, tenders)]


def _what_followed(exploration: MarketExploration, tenders: Iterable[Tender]) -> list[Event]:
    if exploration.concluded_without_tender_at:
        return [_event("Ohne Ausschreibung beendet", exploration.concluded_without_tender_at, "done")]
    return [
        _event("Ausschreibung", tender.announced_on, "done", tender.get_status_display())
        | {"title": f"Ausschreibung: {tender.title}", "url": tender.get_absolute_url()}
        for tender in tenders
    ]


def _event(title: str, at: Any, state: str, text: str = "") -> Event:
    return {"title": title, "at": at, "state": state, "text": text}


def _deadline(title: str, due: datetime, now: datetime) -> Event:
    return _event(title, due, "done" if due <= now else "")
