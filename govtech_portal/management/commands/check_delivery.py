"""Health of the worker, judged by progress: a process that exists may still deliver nothing."""

from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from members.clock import database_now
from members.models import OutgoingMail
from subscriptions.models import Notification


class Command(BaseCommand):
    help = "Scheitert, wenn fällige Mails liegen bleiben und in derselben Zeit keine zugestellt wurde."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=int, default=120, help="so lange darf eine fällige Mail liegen")

    def handle(self, *args: Any, **options: Any) -> None:
        since = database_now() - timedelta(seconds=options["seconds"])
        for rows in (Notification.objects, OutgoingMail.objects):
            if rows.due(since).exists() and not rows.filter(sent_at__gte=since).exists():
                raise CommandError(f"Seit {since:%H:%M:%S} UTC wird nichts zugestellt, obwohl Mails fällig sind.")
        self.stdout.write("Die Zustellung läuft.")
