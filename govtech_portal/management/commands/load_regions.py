from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from govtech_portal.region_reform import load_vintage
from members.regions.comparison import Comparison
from members.regions.loading import SuccessorMissingError
from members.regions.table import SUCCESSORS, TABLE, read_successors, read_table


class Command(BaseCommand):
    help = (
        "Loads the regions of Germany from the project's own table; loading it again writes nothing. "
        "Of a newer one, subscriptions, transfers and all else follow to the regions that go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=TABLE, help="another table of build_regions")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be written")
        parser.add_argument("--successors", type=Path, default=SUCCESSORS, help="what ended and where it goes on")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            table = read_table(options["file"])
            successions = read_successors(options["successors"])
        except (OSError, ValueError, EOFError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(f"{len(table.rows)} regions as of {table.as_of}")
        try:
            done = load_vintage(table=table, successions=successions, dry_run=options["dry_run"])
        except SuccessorMissingError as error:
            self._report(error.comparison)
            raise CommandError("Nothing was written: add the successors to members/data/successors.csv") from None
        self._report(done.regions)
        for kind, count in done.followed.items():
            self.stdout.write(f"  follow to another region: {count} {kind}")
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")

    def _report(self, comparison: Comparison) -> None:
        self.stdout.write(
            f"  new {len(comparison.new)}, changed {len(comparison.changed)}, "
            f"key changed {len(comparison.moved)}, ended {len(comparison.ended)}, "
            f"unchanged {comparison.unchanged}"
        )
        for row in comparison.ended:
            facts = row.known.stored.facts
            if row.successor or facts.key not in comparison.proposals:
                continue
            guess = comparison.proposals[facts.key]
            likely = f"perhaps {guess.key} {guess.label}" if guess else "no likely one found"
            self.stdout.write(f"  no successor: {facts.ags or facts.key} {facts.label}: {likely}")
