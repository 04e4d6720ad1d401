"""Send again, from this database as it stands now."""

from typing import Any

from django.core.management import BaseCommand

from members.actions import release_delivery


class Command(BaseCommand):
    help = "Gibt die Zustellung frei. Wer Wartendes verwerfen will, tut das in der Verwaltung unter Zustellung."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Die Zustellung {release_delivery(by=None)}.")
