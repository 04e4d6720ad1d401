from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.regions.building import build_table
from members.regions.gv100ad import DirectoryError, read_directory
from members.regions.table import (
    POINTS_BY_HAND,
    TABLE,
    read_points,
    read_successors,
    write_table,
)


class Command(BaseCommand):
    help = "Reads the official municipality directory (GV100AD) and writes the project's own table of regions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the published file, GV100AD_<date>.txt")
        parser.add_argument("--points", type=Path, help="CSV with ags, lon, lat: a point in each municipality")
        parser.add_argument("--write", action="store_true", help="write the table; without it only report")
        parser.add_argument("--output", type=Path, default=TABLE)

    def handle(self, *args: Any, **options: Any) -> None:
        points = read_points(POINTS_BY_HAND)
        if options["points"]:
            points |= read_points(options["points"])
        try:
            with options["file"].open(encoding="utf-8") as file:
                build = build_table(read_directory(file), points, read_successors())
        except (DirectoryError, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        for record in build.without_point:
            self.stdout.write(f"  without a point: {record.key} {record.name} ({record.population} people)")
        self.stdout.write(f"{len(build.table.rows)} regions as of {build.table.as_of}")
        if options["write"]:
            write_table(build.table, options["output"])
            self.stdout.write(f"written to {options['output'].name}")
