"""What a webhook is told: the kind of news, when it happened, and public ids and addresses to ask for the rest."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from subscriptions.models import Announcement, WebhookDelivery

TEST = "test"


def body_of(delivery: WebhookDelivery) -> bytes:
    """The same bytes at every attempt, but for what was renamed in between."""
    fact = delivery.announcement
    at = fact.occurred_at if fact else delivery.created_at
    data = _fact(fact) if fact else {"text": "Der Webhook ist richtig eingerichtet."}
    content = {"type": fact.kind if fact else TEST, "timestamp": at.isoformat(), "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _fact(fact: Announcement) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if fact.solution:
        data["solution"] = _thing(fact.solution.slug, fact.solution.title, "solution_detail")
    if fact.region:
        data["region"] = {"key": fact.region.key or "de", "name": fact.region.label}
    if fact.exploration:
        data["market_exploration"] = _thing(fact.exploration.slug, fact.exploration.title, "exploration_detail")
    if fact.tender:
        data["tender"] = _thing(fact.tender.slug, fact.tender.title, "tender_detail")
    return data


def _thing(slug: str, title: str, page: str) -> dict[str, str]:
    return {"slug": slug, "title": title, "url": settings.SITE_URL + reverse(page, args=[slug])}
