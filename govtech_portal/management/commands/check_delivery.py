"""Health of the worker, judged by progress: a process that exists may still deliver nothing."""

from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from govtech_portal.delivery import is_stuck, queues
from members.clock import database_now
from members.models import DeliveryGate


class Command(BaseCommand):
    help = "Scheitert, wenn fällige Mails liegen bleiben und in derselben Zeit keine zugestellt wurde."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=int, default=120, help="so lange darf eine fällige Mail liegen")

    def handle(self, *args: Any, **options: Any) -> None:
        since = database_now() - timedelta(seconds=options["seconds"])
        for _, title, rows in queues():
            if is_stuck(rows, since) and not DeliveryGate.objects.exclude(held_at=None).exists():
                raise CommandError(
                    f"{title}: Seit {since:%H:%M:%S} UTC wird nichts zugestellt, obwohl etwas fällig ist."
                )
        self.stdout.write("Die Zustellung läuft.")
