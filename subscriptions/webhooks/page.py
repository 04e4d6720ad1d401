"""The subscriber's page of webhooks, behind the same link as „Ihre Abonnements“. Never cached, never indexed."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.limits import within_limit
from subscriptions.actions import (
    add_webhook,
    call_again,
    pause_webhook,
    remove_webhook,
    renew_secret,
    resume_webhook,
    test_webhook,
)
from subscriptions.grouping import RELATED
from subscriptions.links import LinkBroken, LinkExpired, find_subscriber, manage_path
from subscriptions.models import Subscriber, WebhookDelivery, WebhookEndpoint
from subscriptions.news import headline

PER_HOUR = 30  # changes of one network
LOG = 10  # calls that are shown of each
STEPS: dict[str, Callable[..., object]] = {
    "test": test_webhook, "pausieren": pause_webhook, "fortsetzen": resume_webhook, "entfernen": remove_webhook,
    "wiederholen": call_again,
}  # fmt: skip


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
def webhooks(request: HttpRequest, token: str) -> HttpResponse:
    """What there is and how its last calls went; every change by POST. A new secret is shown in the answer alone."""
    try:
        subscriber = find_subscriber("manage", token, now=timezone.now())
    except LinkExpired:
        return render(request, "subscriptions/link_expired.html", {"purpose": "manage"}, status=410)
    except LinkBroken:
        return render(request, "subscriptions/link_broken.html", status=404)
    if request.method != "POST":
        return _page(request, subscriber)
    if not within_limit(request, purpose="webhook", per_hour=PER_HOUR):
        response = render(request, "subscriptions/too_many.html", status=429)
        response.headers["Retry-After"] = "3600"
        return response
    return _change(request, subscriber)


class WebhookForm(forms.Form):
    adresse = forms.CharField(
        label="Adresse", max_length=500, help_text="Beginnt mit https:// und ist aus dem Internet erreichbar.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Bitte geben Sie die Adresse ein, die wir aufrufen sollen."},
    )  # fmt: skip


def _change(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    step = request.POST.get("schritt", "")
    if step == "anlegen":
        return _add(request, subscriber)
    endpoint = _mine(request, subscriber)
    if step == "geheimnis":
        return _secret(request, renew_secret(endpoint=endpoint))
    if step in STEPS:
        STEPS[step](endpoint=endpoint)
    return redirect(request.path)


def _add(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            return _secret(request, add_webhook(subscriber=subscriber, url=form.cleaned_data["adresse"]))
        except ValidationError as refusal:
            form.add_error("adresse", refusal)
    return _page(request, subscriber, form)


def _mine(request: HttpRequest, subscriber: Subscriber) -> WebhookEndpoint:
    pk = request.POST.get("webhook", "")
    return get_object_or_404(subscriber.webhooks, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)


def _secret(request: HttpRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    return render(request, "subscriptions/webhook_secret.html", {"endpoint": endpoint, "back": request.path})


def _page(request: HttpRequest, subscriber: Subscriber, form: WebhookForm | None = None) -> HttpResponse:
    """Its number of statements does not grow with the calls; there are at most five webhooks."""
    rows = [{"endpoint": endpoint, "calls": _calls(endpoint)} for endpoint in subscriber.webhooks.all()]
    context = {"rows": rows, "manage_path": manage_path(subscriber), "form": form or WebhookForm()}
    return render(request, "subscriptions/webhooks.html", context)


def _calls(endpoint: WebhookEndpoint) -> list[tuple[str, WebhookDelivery]]:
    calls = endpoint.deliveries.select_related(*(f"announcement__{name}" for name in RELATED))[:LOG]
    return [(headline(call.announcement) if call.announcement else "Test", call) for call in calls]
