"""Limits for people who are not known: so many an hour and network, counted in the database in one statement."""

import hmac
import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from members.models import RequestCount

KEPT = timedelta(hours=24)
IPV4_PREFIX, IPV6_PREFIX = 24, 48  # what one network is


def within_limit(request: HttpRequest, *, purpose: str, per_hour: int) -> bool:
    """Count this request; False when its network has asked more than `per_hour` times in this hour.

    Call it outside of the verb's transaction, or a refused verb would take its count back.
    """
    key = hmac.digest(settings.SECRET_KEY.encode(), f"limit {purpose} {network_of(request)}".encode(), "sha256")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {RequestCount._meta.db_table} AS c (key, hour, count)
                VALUES (%s, date_trunc('hour', clock_timestamp()), 1)
                ON CONFLICT (key, hour) DO UPDATE SET count = c.count + 1 RETURNING c.count""",  # noqa: S608
            [key.hex()],
        )
        return cursor.fetchone()[0] <= per_hour


def network_of(request: HttpRequest) -> str:
    """The network of the client. Behind our proxy it is the last address that the proxy wrote down itself."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, IPV4_PREFIX if ip.version == 4 else IPV6_PREFIX), strict=False))


def forget_counts(*, now: datetime) -> int:
    return RequestCount.objects.filter(hour__lt=now - KEPT).delete()[0]
