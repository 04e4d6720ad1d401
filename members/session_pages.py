"""Where somebody is logged in, and how to end it."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.actions import end_sessions
from members.models import User

BROWSERS = {"Firefox/": "Firefox", "Edg/": "Edge", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux"}


@dataclass(frozen=True)
class Login:
    """One session as its owner knows it again."""

    pk: int
    where: str
    network: str
    since: datetime
    is_this: bool


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        one = request.POST.get("sitzung", "")
        only = [int(one)] if re.fullmatch(r"[0-9]{1,18}", one) else None
        if one and only is None:
            return redirect("sessions")
        count = end_sessions(user=request.user, keep=request.session.session_key or "", only=only)
        said = "Eine Sitzung ist beendet." if count == 1 else f"{count} Sitzungen sind beendet."
        messages.success(request, said)
        return redirect("sessions")
    return render(request, "members/sessions.html", {"logins": logins_of(request.user, request.session.session_key)})


def logins_of(user: User, this: str | None) -> list[Login]:
    """Those that still hold; reading deletes nothing."""
    held = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = UserSession.objects.filter(user=user, session_key__in=held).order_by("-created_at", "-pk")
    return [Login(row.pk, device(row.user_agent), str(row.ip), row.created_at, row.session_key == this) for row in rows]


def device(agent: str) -> str:
    """Browser and system in two words; what a browser says of itself is never shown as it is."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "Unbekannter Browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return f"{browser} auf {system}" if system else browser
