"""Everything between an empty database and the demo, in one process: each start of Django costs a second."""

import time
from io import StringIO
from typing import Any

from django.core.management import BaseCommand, CommandParser, call_command
from django.db import connection
from psycopg import sql


class Command(BaseCommand):
    help = "Bereitet die Datenbank der Demo vor: Tabellen, Rechte, Regionen, Beispieldaten. Wiederholbar."
    requires_system_checks: list[str] = []  # make check runs them; here they only cost time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app-role", default="", help="Rolle, die danach lesen und schreiben darf")
        parser.add_argument("--fingerprint", default="", help="Stand, der danach an der Datenbank steht")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["app_role"]
        self._step("Datenbank", ["migrate", "--no-input"], *([["grant_app_role", role]] if role else []))
        self._step("Regionen", ["load_regions"])
        self._step("Beispieldaten", ["load_demo"], ["reindex"])
        if options["fingerprint"]:
            self._remember(options["fingerprint"])

    @staticmethod
    def _remember(fingerprint: str) -> None:
        """At the database itself, so that it goes with it; the next start reads it and skips all this."""
        with connection.cursor() as cursor:
            name = sql.Identifier(connection.settings_dict["NAME"])
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(fingerprint)))

    def _step(self, label: str, *commands: list[str]) -> None:
        begin = time.monotonic()
        for name, *arguments in commands:
            call_command(name, *arguments, verbosity=0, stdout=StringIO())
        seconds = f"{time.monotonic() - begin:4.1f}".replace(".", ",")
        self.stdout.write(f"  {label:<15} {seconds} s")
        self.stdout.flush()
