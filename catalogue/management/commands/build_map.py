from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from catalogue.dot_map import ground_svg

GROUND = Path(settings.ROOT) / "static" / "img" / "deutschland.svg"


class Command(BaseCommand):
    help = "Writes the ground of the map, all municipalities as dots, after the regions have changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, default=GROUND)

    def handle(self, *args: Any, **options: Any) -> None:
        drawing = ground_svg()
        options["output"].write_text(drawing, encoding="utf-8")
        self.stdout.write(f"{options['output'].name}: {len(drawing) / 1000:.0f} kB")
