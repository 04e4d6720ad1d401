"""`manage.py make_catalogue`: a synthetic catalogue of any size, for benchmarks."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.models import Solution
from govtech_portal.synthetic_catalogue.filling import fill
from govtech_portal.synthetic_catalogue.solutions import PREFIX
from govtech_portal.synthetic_catalogue.subscribers import add_subscribers
from members.models import Region


class Command(BaseCommand):
    help = (
        "Füllt diese Datenbank mit erfundenen Lösungen (je zehn Transfers) und Abonnenten bis zur genannten Zahl; "
        "dieselbe Zahl mit demselben Startwert ergibt denselben Katalog. Vorher: load_regions."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--solutions", type=int, required=True, metavar="N")
        parser.add_argument("--subscribers", type=int, default=0, metavar="M")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--force", action="store_true", help="auch neben anderen Lösungen")

    def handle(self, *args: Any, **options: Any) -> None:
        others = Solution.objects.exclude(slug__startswith=PREFIX).count()
        if others and not options["force"]:
            raise CommandError(f"Hier stehen {others} andere Lösungen. Nehmen Sie eine eigene Datenbank oder --force.")
        if not Region.objects.valid().filter(key="").exists():
            raise CommandError("Es fehlen die Regionen: rufen Sie zuerst load_regions auf.")
        self.begin = time.monotonic()
        new = fill(options["solutions"], options["seed"], self._told)
        self.stdout.write(f"{new} Lösungen neu")
        people = add_subscribers(options["subscribers"], options["seed"])
        self.stdout.write(f"{people} Abonnenten neu, nach {time.monotonic() - self.begin:.0f} s")

    def _told(self, done: str) -> None:
        self.stdout.write(f"  {done}, {time.monotonic() - self.begin:.0f} s")
        self.stdout.flush()
