"""Send nothing until somebody releases it: what a restore calls, before anything else looks at the database."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from members.actions import hold_delivery


class Command(BaseCommand):
    help = "Hält die Zustellung an, bis jemand sie freigibt (release_delivery oder in der Verwaltung)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="Eine Sicherung wird eingespielt.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Die Zustellung ist {hold_delivery(by=None, reason=options['reason'])}.")
