"""The worker looks by itself: with the broker gone, announcing and delivering go on.

A bootstep of the worker (not of its consumer, which waits for the broker): threads of the worker's main process that
ask the database every few seconds, one for each kind of work, so that none waits for another. Tasks of beat do the
same work sooner; doing it twice is harmless.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import close_old_connections

from members.mail import stop_delivering
from subscriptions.tasks import announce, call_webhooks, deliver_due

logger = logging.getLogger(__name__)
WORK: tuple[Callable[[], None], ...] = (announce, deliver_due, call_webhooks)
LAST_SECONDS = 25.0  # for what is in hand when the worker is asked to end


class LookForDueWork(bootsteps.StartStopStep):
    """Starts with the worker, ends with it: on SIGTERM after the mail in hand."""

    def __init__(self, parent: Any, **options: Any) -> None:
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, parent: Any) -> None:
        self._threads = [
            threading.Thread(target=self._look, args=[work], name=f"look-{work.__name__}", daemon=True) for work in WORK
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, parent: Any) -> None:
        self._ended.set()
        stop_delivering()
        until = time.monotonic() + LAST_SECONDS
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def terminate(self, parent: Any) -> None:
        self._ended.set()
        stop_delivering()

    def _look(self, work: Callable[[], None]) -> None:
        while not self._ended.wait(settings.LOOK_SECONDS):
            close_old_connections()
            try:
                work()
            except Exception:  # the next look tries again; a broken database connection is opened anew
                logger.exception("Die Suche nach fälliger Arbeit brach ab; nächster Versuch gleich")
