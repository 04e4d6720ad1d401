"""The mailbox of the demo: the mails that its SMTP server took, read in the browser. Exists only there."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

NAME = re.compile(r"[0-9A-Za-z._-]{1,120}\.eml")
SHOWN = 50
LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")
HEADERS = ("From", "To", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post")


def _read(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return email.message_from_binary_file(file, policy=email.policy.default)  # type: ignore[return-value]


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    return body.get_content() if body else ""


def _parts(text: str) -> list[dict[str, object]]:
    """The text cut at its http(s) addresses, which alone become links."""
    return [{"text": part, "is_link": n % 2 == 1} for n, part in enumerate(LINK.split(text))]


def _one_click_path(message: EmailMessage) -> str:
    """Where a mail program posts to (RFC 8058); the path alone, because the page may only post to its own origin."""
    if message["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        return ""
    return urlsplit(str(message["List-Unsubscribe"]).strip("<> ")).path


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    files = sorted(Path(settings.MAILBOX_DIR).glob("*.eml"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    mails = [{"name": path.name, "message": _read(path)} for path in files[:SHOWN]]
    return render(request, "govtech_portal/mailbox_list.html", {"mails": mails, "total": len(files)})


@require_safe
@never_cache
def mailbox_message(request: HttpRequest, name: str) -> HttpResponse:
    path = Path(settings.MAILBOX_DIR) / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise Http404("Diese Mail gibt es nicht (mehr).")
    message = _read(path)
    context = {
        "message": message,
        "headers": [(header, message[header]) for header in HEADERS if message[header]],
        "parts": _parts(_text(message)),
        "one_click_path": _one_click_path(message),
    }
    return render(request, "govtech_portal/mailbox_detail.html", context)
