"""Pages that a link in a mail opens: a token that does not hold is answered with a page that helps."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from catalogue.links import Finder
from members.tokens import LinkBroken, LinkExpired


def by_link(find: Finder) -> Callable[..., Any]:
    """The view gets the row of a valid link in place of the token."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def find_and_show(request: HttpRequest, token: str) -> HttpResponse:
            try:
                row = find(token, timezone.now())
            except LinkExpired:
                return render(request, "catalogue/link_over.html", {"is_expired": True}, status=410)
            except LinkBroken:
                return render(request, "catalogue/link_over.html", {"is_expired": False}, status=404)
            return view(request, row)

        return find_and_show

    return decorate
