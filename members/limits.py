"""Limits: so many an hour for a network, an address or an account, counted in the database in one statement each."""

import hmac
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from members.models import RequestCount

View = Callable[..., HttpResponse]

KEPT = timedelta(hours=24)
IPV4_PREFIX, IPV6_PREFIX = 24, 48  # what one network is


def within_limit(request: HttpRequest, *, purpose: str, per_hour: int) -> bool:
    """Count this request; False when its network has asked more than `per_hour` times in this hour.

    Call it outside of the verb's transaction, or a refused verb would take its count back.
    """
    return count_up(purpose, network_of(request)) <= per_hour


def count_up(purpose: str, whom: str) -> int:
    """Count once more and return how often it was in this hour; exact however many processes count at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {RequestCount._meta.db_table} AS c (key, hour, count)
                VALUES (%s, date_trunc('hour', clock_timestamp()), 1)
                ON CONFLICT (key, hour) DO UPDATE SET count = c.count + 1 RETURNING c.count""",  # noqa: S608
            [_key(purpose, whom)],
        )
        return cursor.fetchone()[0]


def give_back(purpose: str, whom: str) -> None:
    """It was no misuse after all: a right password does not count against anybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {RequestCount._meta.db_table} SET count = count - 1
                WHERE key = %s AND hour = date_trunc('hour', clock_timestamp()) AND count > 0""",  # noqa: S608
            [_key(purpose, whom)],
        )


def limited(purpose: str, *, per_hour: int, by: "Callable[[HttpRequest], str] | None" = None) -> Callable[[View], View]:
    """Lets through so many POSTs an hour, of a network or of what `by` names; the others get 429."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            whom = (by or network_of)(request)
            if request.method == "POST" and count_up(purpose, whom) > per_hour:
                return render(request, "429.html", status=429, headers={"Retry-After": "3600"})
            return view(request, *args, **kwargs)

        return limited_view

    return decorate


def account_of(request: HttpRequest) -> str:
    """Whom to count when somebody is logged in."""
    return f"account {request.user.pk}" if request.user.is_authenticated else network_of(request)


def network_of(request: HttpRequest) -> str:
    """The network of the client: an office, not a person. See `client_address`."""
    try:
        ip = ipaddress.ip_address(client_address(request))
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, IPV4_PREFIX if ip.version == 4 else IPV6_PREFIX), strict=False))


def client_address(request: HttpRequest) -> str:
    """Who asks. Behind our proxy it is the last address that the proxy wrote down itself.

    Only a proxy at one of PROXY_NETWORKS is believed: whoever reaches the server beside it may have written anything.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER and _is_our_proxy(address):
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    return address


def _is_our_proxy(address: str) -> bool:
    """A unix socket has no address; who may open it is the machine's matter."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address == ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip in ipaddress.ip_network(network) for network in settings.PROXY_NETWORKS)


def _key(purpose: str, whom: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), f"limit {purpose} {whom}".encode(), "sha256").hex()


def forget_counts(*, now: datetime) -> int:
    return RequestCount.objects.filter(hour__lt=now - KEPT).delete()[0]
