"""The way in for mails that came back: the mail server pipes each notification to this command."""

import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser

from members.mail.bounces import LARGEST, addressee_of, read_report
from members.mail.verp import recipient_of
from subscriptions.actions import take_bounce


class Command(BaseCommand):
    """Postfix: `bounces unix - n n - - pipe user=portal argv=.../manage.py take_bounces --to ${original_recipient}`.

    Always ends well, or the mail server would send a bounce about the bounce; what was not read is said and dropped.
    """

    help = "Liest eine Zustellmeldung (RFC 3464) von der Standardeingabe und vermerkt sie beim Empfänger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", help="Adresse, an die die Meldung ging (Umschlag)")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST)
        public_id = recipient_of(options["to"] or addressee_of(raw))
        report = read_report(raw)
        if public_id is None:
            self.stdout.write("Nicht vermerkt: Die Rücksendeadresse stammt nicht von uns.")
        elif report is None:
            self.stdout.write("Nicht vermerkt: Die Meldung nennt keine gescheiterte Zustellung.")
        elif take_bounce(public_id=public_id, report=report) is None:
            self.stdout.write("Nicht vermerkt: Diese Person ist abgemeldet.")
        else:
            self.stdout.write(f"Vermerkt: {report.status}")
