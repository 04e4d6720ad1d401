"""Subscribing and everything that its mails link to. None of these pages is ever cached or indexed."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from members.limits import within_limit
from subscriptions import wording
from subscriptions.actions import (
    SameAlready,
    TooManyWaiting,
    Wish,
    ask_to_move,
    change_subscription,
    confirm,
    move,
    pause,
    remove_subscription,
    resume,
    revoke_links,
    subscribe,
    unsubscribe,
)
from subscriptions.forms import AddressForm, ChangeForm, SubscribeForm
from subscriptions.grouping import RELATED, grouped
from subscriptions.links import (
    LinkBroken,
    LinkExpired,
    Purpose,
    find_subscriber,
    manage_path,
    preview_path,
    unsubscribe_path,
)
from subscriptions.matching import would_have_told
from subscriptions.models import Announcement, Subscriber, Subscription
from subscriptions.own_data import export_of

SUBSCRIBE_PER_HOUR = 20  # requests of one network
PREVIEW = 100  # news that a preview shows
READ_AND_WRITE = ("GET", "HEAD", "POST")


@never_cache
@require_http_methods(READ_AND_WRITE)
def subscribe_page(request: HttpRequest) -> HttpResponse:
    """The form. Its answer is the same whether the address is known, confirmed or new."""
    if request.method != "POST":
        form = SubscribeForm.asked_by(request.GET)
        return _form_page(request, form, form.wishes_so_far)
    form = SubscribeForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form)
    if not within_limit(request, purpose="subscribe", per_hour=SUBSCRIBE_PER_HOUR):
        return _too_many(request)
    cleaned = form.cleaned_data
    with suppress(TooManyWaiting):  # the answer tells nobody what waits for this address
        for wish in form.wishes:
            subscribe(email=cleaned["email"], wish=wish, organisation=cleaned["organisation"], page=request.path)
    return redirect("subscribe_sent")


def _form_page(request: HttpRequest, form: SubscribeForm, wishes: Iterable[Wish] = ()) -> HttpResponse:
    """With the number that these wishes would have brought, where the page came with something to count."""
    count = None
    if form.knows_what and wishes:
        count = len(would_have_told(now=timezone.now(), wishes=[wish.subscription() for wish in wishes]))
    context = {"form": form, "consent": wording.CONSENT_TEXT, "count": count}
    return render(request, "subscriptions/subscribe.html", context)


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "subscriptions/too_many.html", status=429)
    response.headers["Retry-After"] = "3600"
    return response


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "subscriptions/sent.html")


def for_link(purpose: Purpose) -> Callable[..., Any]:
    """The view gets the subscriber of a valid link; any other link is answered with a page that helps."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def find_and_show(request: HttpRequest, token: str) -> HttpResponse:
            try:
                subscriber = find_subscriber(purpose, token, now=timezone.now())
            except LinkExpired:
                return render(request, "subscriptions/link_expired.html", {"purpose": purpose}, status=410)
            except LinkBroken:
                return render(request, "subscriptions/link_broken.html", status=404)
            return view(request, subscriber)

        return find_and_show

    return decorate


@never_cache
@require_http_methods(READ_AND_WRITE)
@for_link("confirm")
def confirm_page(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """GET asks, POST begins: mail scanners open every link. Afterwards the same address says what happens next."""
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("abo") if pk.isdecimal() and len(pk) < 19]
        confirm(subscriber=subscriber, only=chosen if "auswahl" in request.POST else None)
        return redirect(request.path)
    rows = _in_words(subscriber)
    context = {
        "waiting": [row for row in rows if row["subscription"].confirmed_at is None],
        "followed": [row for row in rows if row["subscription"].confirmed_at],
        "manage_path": manage_path(subscriber),
    }
    return render(request, "subscriptions/confirm.html", context)


@never_cache
@require_http_methods(READ_AND_WRITE)
@for_link("manage")
def manage(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """What one follows, and every way to change it. A list that is empty leads back to subscribing."""
    step = request.POST.get("schritt", "")
    if step == "daten":
        return _own_data(subscriber)
    if step == "adresse":
        return _new_address(request, subscriber)
    if step == "aendern":
        return _changed(request, subscriber)
    if request.method == "POST":
        return redirect(_change(request, subscriber))
    return _manage_page(request, subscriber)


def _manage_page(
    request: HttpRequest, subscriber: Subscriber, address: AddressForm | None = None, change: ChangeForm | None = None
) -> HttpResponse:
    rows = _in_words(subscriber)
    for row in rows:
        mine = change if change and change.subscription == row["subscription"] else None
        row["form"] = mine or ChangeForm(subscription=row["subscription"])
    context = {
        "subscriber": subscriber,
        "rows": rows,
        "count": len(would_have_told(now=timezone.now(), subscriber=subscriber)),
        "address": address or AddressForm(),
        "unsubscribe_path": unsubscribe_path(subscriber),
        "preview_path": preview_path(subscriber),
    }
    return render(request, "subscriptions/manage.html", context)


def _change(request: HttpRequest, subscriber: Subscriber) -> str:
    """Do what the pressed button says; returns where to go on."""
    step = request.POST.get("schritt", "")
    if step == "links":
        return manage_path(revoke_links(subscriber=subscriber))
    if step in ("pausieren", "fortsetzen"):
        (pause if step == "pausieren" else resume)(subscriber=subscriber)
        return request.path
    subscription = _mine(request, subscriber)
    if step == "entfernen" and remove_subscription(subscription=subscription) is None:
        return unsubscribe_path(subscriber)
    if step == "bestaetigen":
        confirm(subscriber=subscriber, only=[subscription.pk])
    return request.path


def _mine(request: HttpRequest, subscriber: Subscriber) -> Subscription:
    pk = request.POST.get("abo", "")
    mine = subscriber.subscriptions.select_related("region", "solution")
    return get_object_or_404(mine, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)


def _changed(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = ChangeForm(request.POST, subscription=_mine(request, subscriber))
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            change_subscription(
                subscription=form.subscription, frequency=cleaned["haeufigkeit"], kinds=cleaned["neuigkeit"],
                directions=cleaned.get("richtung"),
            )  # fmt: skip
            return redirect(request.path)
        except SameAlready:
            form.add_error(None, "So eingestellt gibt es das Abonnement schon. Bitte beenden Sie eines von beiden.")
    return _manage_page(request, subscriber, change=form)


def _new_address(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """The answer is the same whether the new address is known or not."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _manage_page(request, subscriber, address=form)
    if not within_limit(request, purpose="subscribe", per_hour=SUBSCRIBE_PER_HOUR):
        return _too_many(request)
    ask_to_move(subscriber=subscriber, email=form.cleaned_data["email"])
    return redirect(request.path)


@never_cache
@require_http_methods(READ_AND_WRITE)
@for_link("move")
def move_page(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """GET asks, POST moves: whoever opens this has the new mailbox."""
    if request.method == "POST":
        return redirect(manage_path(move(subscriber=subscriber)))
    return render(request, "subscriptions/move.html", {"subscriber": subscriber, "rows": _in_words(subscriber)})


@never_cache
@require_safe
@for_link("manage")
def preview(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """What the last three months would have brought, by the very WHERE that tells."""
    found = would_have_told(now=timezone.now(), subscriber=subscriber)
    told = Announcement.objects.filter(pk__in=found[:PREVIEW]).select_related(*RELATED)
    context = {
        "count": len(found),
        "groups": grouped(told.order_by("-occurred_at", "-pk")),
        "manage_path": manage_path(subscriber),
    }
    return render(request, "subscriptions/preview.html", context)


def _own_data(subscriber: Subscriber) -> HttpResponse:
    """A file to keep: readable by people and by machines (Article 20 DSGVO)."""
    response = JsonResponse(export_of(subscriber), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    return response


@csrf_exempt  # RFC 8058: the mail program posts without a page before; the token is the authority
@never_cache
@require_http_methods(READ_AND_WRITE)
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST ends everything. Whoever has left already is told so, however old the mail is."""
    one_click = request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click"
    try:
        subscriber = find_subscriber("unsubscribe", token, now=timezone.now())
    except LinkExpired:
        subscriber = None
    except LinkBroken:
        return render(request, "subscriptions/link_broken.html", status=404)
    if request.method == "POST" and subscriber:
        unsubscribe(subscriber=subscriber)
    if one_click:
        return HttpResponse("Sie sind abgemeldet.\n", content_type="text/plain; charset=utf-8")
    if request.method == "POST":
        return redirect(request.path)
    if subscriber is None:
        return render(request, "subscriptions/unsubscribed.html")
    return render(request, "subscriptions/unsubscribe.html", {"rows": _in_words(subscriber)})


def _in_words(subscriber: Subscriber) -> list[dict[str, Any]]:
    rows = subscriber.subscriptions.select_related("region", "solution").order_by("pk")
    return [{"subscription": row, "words": wording.in_words(row), "kinds": wording.kinds_in_words(row)} for row in rows]
