from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.actions import import_publiccode
from catalogue.publiccode.fetching import Fetcher
from catalogue.publiccode.planning import Plan, plan_import
from catalogue.publiccode.reading import MOST_BYTES
from members.outbound import AddressRefused, Unreachable


class Command(BaseCommand):
    help = "Takes publiccode.yml files over into drafts; one line a file: created, updated, unchanged or refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        where = "a file, a folder with such files, or the https:// address of a file or a repository"
        parser.add_argument("addresses", nargs="+", metavar="PATH_OR_URL", help=where)
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        self.fetcher = Fetcher()
        plans = [self._one(address, options["dry_run"]) for address in _each(options["addresses"])]
        counted = {result: sum(plan.result == result for plan in plans) for result in dict.fromkeys(_results(plans))}
        self.stdout.write(f"{len(plans)} files: " + ", ".join(f"{n} {result}" for result, n in counted.items()))
        if plans and all(plan.result == "refused" for plan in plans):
            raise CommandError("nothing could be taken over")

    def _one(self, address: str, is_dry_run: bool) -> Plan:
        try:
            raw, etag = self._read(address)
        except OSError as error:
            plan = Plan(address, "refused", reason=f"nicht lesbar: {error.strerror}")
        except (AddressRefused, Unreachable) as error:
            plan = Plan(address, "refused", reason=str(error))
        else:
            if is_dry_run:
                plan = plan_import(raw, address)
            else:
                plan = import_publiccode(raw=raw, address=address, by=None, etag=etag)
        self.stdout.write(line_of(plan))
        return plan

    def _read(self, address: str) -> tuple[bytes, str]:
        if "://" in address:
            fetched = self.fetcher.fetch(address)
            return fetched.raw or b"", fetched.etag
        with Path(address).open("rb") as file:
            return file.read(MOST_BYTES + 1), ""


def line_of(plan: Plan) -> str:
    parts = [f"{plan.result:<9} {plan.address}"]
    if plan.reason:
        parts.append(plan.reason)
    elif plan.title:
        parts.append(plan.title)
    if plan.result in ("created", "updated"):
        parts += [f"weicht ab: {row['field']} (Zeile {row['line']})" for row in plan.differences]
        parts += [str(error) for error in plan.errors[:3]]
        if len(plan.errors) > 3:
            parts.append(f"und {len(plan.errors) - 3} weitere Fehler")
    return " | ".join(parts)


def _each(addresses: list[str]) -> list[str]:
    found: list[str] = []
    for address in addresses:
        path = Path(address)
        if "://" in address:
            found.append(address)
        elif path.is_dir():
            found += [str(file.resolve()) for file in sorted(path.glob("*.y*ml"))]
        else:
            found.append(str(path.resolve()))
    return found


def _results(plans: list[Plan]) -> list[str]:
    return [plan.result for plan in plans]
