import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalogue.actions import renew_keys
from catalogue.search import reindex, stale
from catalogue.search.index import forget_unused_words


class Command(BaseCommand):
    """Renews the index of the search. Safe to stop and to run again: what is done stays done.

    Without --all only what is missing or was made by another version of the analyzer, so it belongs after every
    deployment and costs nothing when there is nothing to do.
    """

    help = "Erneuert den Suchindex der Lösungen, wo er fehlt oder veraltet ist."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="alle Lösungen, auch die mit einem aktuellen Eintrag")

    def handle(self, *args: Any, **options: Any) -> None:
        synonyms = renew_keys()
        rows = None if options["all"] else stale()
        begin, done = time.monotonic(), 0
        for progress in reindex(rows):
            done = progress.done
            rate = done / max(time.monotonic() - begin, 0.001)
            self.stdout.write(f"{done} von {progress.total} Lösungen, {rate:.0f} je Sekunde")
        forgotten = forget_unused_words() if done else 0
        self.stdout.write(f"Fertig: {done} Lösungen, {synonyms} Synonyme erneuert, {forgotten} Wörter vergessen.")
