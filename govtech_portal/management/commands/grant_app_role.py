from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY = ("catalogue.TransferMove", "members.DeliveryDecision")


class Command(BaseCommand):
    """Give the application's role what it needs and no more; run by the owner after every migration.

    It reads and writes rows and owns nothing: no table can be changed, and append-only tables refuse even it.
    """

    help = "Grants the application's role access to the tables (run as the owner, after migrate)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role of DATABASE_URL, for example portal_app")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        role = sql.Identifier(options["role"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [options["role"]])
            if not cursor.fetchone():
                raise CommandError(f"Die Rolle {options['role']} gibt es nicht. Bitte legen Sie sie zuerst an.")
            for statement in self.statements():
                cursor.execute(sql.SQL(statement).format(role=role))
        self.stdout.write(f"Die Rolle {options['role']} darf lesen und schreiben, ihr gehört nichts.")

    @staticmethod
    def statements() -> list[str]:
        refused = [apps.get_model(name)._meta.db_table for name in APPEND_ONLY]
        return [
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
            *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{role}}" for table in refused),
        ]
