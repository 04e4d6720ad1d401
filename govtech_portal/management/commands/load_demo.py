"""`manage.py load_demo`: the demo catalogue. Adds, never edits what a person changed; a second run writes nothing."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from govtech_portal.demo_catalogue.organisations import add_fields, add_organisations, add_sites
from govtech_portal.demo_catalogue.people import add_people
from govtech_portal.demo_catalogue.practice import add_practice_reports, add_use_reports
from govtech_portal.demo_catalogue.procurement import add_explorations, add_tenders
from govtech_portal.demo_catalogue.reading import Regions, all_region_keys
from govtech_portal.demo_catalogue.run import Run, mark_announced
from govtech_portal.demo_catalogue.solutions import add_later_revisions, add_solutions
from govtech_portal.demo_catalogue.transfers import add_transfers
from members.clock import database_now

KINDS = {
    "person": "Zugänge",
    "fieldofaction": "Handlungsfelder",
    "organisation": "Organisationen",
    "campussite": "Campus-Standorte",
    "solution": "Lösungen",
    "transfer": "Transfers",
    "practicereport": "Praxisberichte",
    "usereport": "Meldungen",
    "marketexploration": "Markterkundungen",
    "tender": "Ausschreibungen",
}


class Command(BaseCommand):
    help = "Lädt den Demo-Katalog und die sechs Demo-Zugänge. Ergänzt nur; ein zweiter Lauf schreibt nichts."
    requires_system_checks = ()  # pages are not its business, and a second run is to be quick

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="auch außerhalb der Demo laden (DEMO nicht gesetzt)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or options["force"]):
            raise CommandError("Dies ist keine Demo: setzen Sie DEMO=1, wenn Sie den Demo-Katalog wirklich wollen.")
        password = os.environ.get("DEMO_PASSWORD", "")
        if not password:
            raise CommandError("Das Passwort der Demo-Zugänge fehlt: setzen Sie DEMO_PASSWORD.")
        run = load(password)
        for model, label in KINDS.items():
            self.stdout.write(f"{label}: {run.added[model] or 'nichts'} neu")


@transaction.atomic
def load(password: str) -> Run:
    """All or nothing: whoever looks in between sees the portal as it was."""
    people, new = add_people(password)
    run = Run(now=database_now(), people=people, regions=Regions(all_region_keys()))
    run.added["person"] = new
    add_fields(run)
    add_organisations(run)
    add_sites(run)
    added = add_solutions(run)
    add_transfers(run)
    add_practice_reports(run)
    add_use_reports(run)
    add_later_revisions(run, added)
    add_explorations(run)
    add_tenders(run)
    mark_announced(run)
    return run
