"""Asks each night whether the publiccode.yml files that came from the net have changed."""

from datetime import datetime, timedelta

from django.db.models import Q

from catalogue.actions.importing import import_publiccode
from catalogue.models import PubliccodeFile
from catalogue.publiccode.fetching import Fetcher
from members.outbound import AddressRefused, Unreachable

ONCE_IN = timedelta(hours=20)
NIGHT = range(1, 5)  # hours in Berlin


def is_night(now: datetime) -> bool:
    """`now` in local time."""
    return now.hour in NIGHT


def refresh_publiccode(*, now: datetime, fetcher: Fetcher, most: int = 500) -> int:
    """Ask for what is due, each file once a night however many workers run. Returns how many were asked."""
    due = Q(asked_at=None) | Q(asked_at__lte=now - ONCE_IN)
    web = PubliccodeFile.objects.filter(due, address__startswith="http").order_by("pk")
    asked = 0
    for file in web[:most]:
        if PubliccodeFile.objects.filter(due, pk=file.pk).update(asked_at=now):  # nobody else took it
            problem = _refreshed(file, fetcher)
            if problem != file.problem:
                PubliccodeFile.objects.filter(pk=file.pk).update(problem=problem[:300])
            asked += 1
    return asked


def _refreshed(file: PubliccodeFile, fetcher: Fetcher) -> str:
    """What went wrong, in German, or nothing."""
    try:
        fetched = fetcher.fetch(file.address, file.etag)
    except (AddressRefused, Unreachable) as error:
        return str(error)
    if fetched.raw is None:
        return ""
    plan = import_publiccode(raw=fetched.raw, address=file.address, by=None, etag=fetched.etag)
    return plan.reason
