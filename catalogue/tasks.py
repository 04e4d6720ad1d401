"""Background work. Tasks take no arguments: the database says what is due, and any number of workers may ask."""

from celery import shared_task

from catalogue.actions import ask_whether_still

MOST_BATCHES = 50  # a run; the rest waits an hour


@shared_task(name="catalogue.tasks.ask_whether_still")
def ask_due() -> None:
    """Ask the organisations whose confirmation is a year old, a batch a transaction."""
    for _ in range(MOST_BATCHES):
        if not ask_whether_still():
            return
