"""Background work. Tasks take no arguments: the database says what is due, and any number of workers may ask."""

from celery import shared_task
from django.utils import timezone

from catalogue.actions import ask_whether_still, is_night, refresh_publiccode
from catalogue.publiccode.fetching import Fetcher

MOST_BATCHES = 50  # a run; the rest waits an hour


@shared_task(name="catalogue.tasks.ask_whether_still")
def ask_due() -> None:
    """Ask the organisations whose confirmation is a year old, a batch a transaction."""
    for _ in range(MOST_BATCHES):
        if not ask_whether_still():
            return


@shared_task(name="catalogue.tasks.refresh_publiccode")
def refresh_files() -> None:
    """Between one and five o'clock in Berlin: ask for the publiccode.yml files that came from the net."""
    now = timezone.localtime()
    if is_night(now):
        refresh_publiccode(now=now, fetcher=Fetcher())
