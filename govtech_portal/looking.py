"""The worker looks by itself: with the broker gone, announcing and delivering go on.

A bootstep of the worker (not of its consumer, which waits for the broker): a thread of the worker's main process
that asks the database every few seconds. Tasks of beat do the same work sooner; doing it twice is harmless.
"""

import logging
import threading

from celery import bootsteps
from django.conf import settings
from django.db import close_old_connections

from members.mail import stop_delivering
from subscriptions.tasks import announce, deliver_due

logger = logging.getLogger(__name__)


class LookForDueWork(bootsteps.StartStopStep):
    """Starts with the worker, ends with it: on SIGTERM after the mail in hand."""

    def __init__(self, parent, **options) -> None:
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, parent) -> None:
        self._thread = threading.Thread(target=self._look, name="look-for-due-work", daemon=True)
        self._thread.start()

    def stop(self, parent) -> None:
        self._ended.set()
        stop_delivering()
        if self._thread:
            self._thread.join(timeout=25)  # seconds; one slow mail at most

    def terminate(self, parent) -> None:
        self._ended.set()
        stop_delivering()

    def _look(self) -> None:
        while not self._ended.wait(settings.LOOK_SECONDS):
            for work in (announce, deliver_due):
                self._try(work)

    @staticmethod
    def _try(work) -> None:
        close_old_connections()
        try:
            work()
        except Exception:  # the next look tries again; a broken database connection is opened anew
            logger.exception("Die Suche nach fälliger Arbeit brach ab; nächster Versuch gleich")
