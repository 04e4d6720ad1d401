"""`make bench`: every figure beside its limit. `python -m benchmarks [NAME ...]` runs some of them.

Each benchmark has a process and throw-away services of its own, so none measures what another one left behind.
SIZES (default 1000,20000) are the catalogues that pages are measured with; ROUNDS and SECONDS how long.
"""

import argparse
import importlib
import os
import secrets
import subprocess
import sys
import tempfile
import time

import django
from django.core.management import call_command

from benchmarks.lines import print_lines
from govtech_portal import services

BENCHMARKS = ("pages", "weights", "search_quality", "mail", "publiccode")
INSIDE = "--inside"


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    asked.add_argument("--only", action="append", default=[], choices=BENCHMARKS, help="the same as NAME")
    asked.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = asked.parse_args()
    names = [*options.names, *options.only] or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        asked.error(f"unknown: {', '.join(sorted(unknown))}")
    if options.inside:
        return 0 if print_lines(_prepared(names[0]).lines()) else 1
    return max(_apart(name) for name in names)


def _apart(name: str) -> int:
    begin = time.monotonic()
    print(f"\n{name}", flush=True)
    with services.throw_away() as running, tempfile.TemporaryDirectory(prefix="gtp-bench-") as static:
        env = os.environ | _production(static) | running.environment()
        if running.own_postgres:
            env["DATABASE_URL"] = env["DATABASE_OWNER_URL"]
        done = subprocess.run([sys.executable, "-m", "benchmarks", INSIDE, name], env=env, check=False)
    print(f"({time.monotonic() - begin:.0f} s)", flush=True)
    return done.returncode


def _production(static: str) -> dict[str, str]:
    """As on a server: no DEBUG, no DEMO, collected static files; plain http, because there is no proxy here."""
    return {
        "DJANGO_SETTINGS_MODULE": "govtech_portal.settings", "SECRET_KEY": secrets.token_urlsafe(48), "DEBUG": "",
        "DEMO": "", "SITE_URL": "http://localhost:8000", "STATIC_ROOT": static, "LOG_LEVEL": "WARNING",
    }  # fmt: skip


def _prepared(name: str):
    """Tables and regions are there, and nothing else."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_regions", stdout=open(os.devnull, "w"))  # noqa: SIM115  # ends with the process
    return importlib.import_module(f"benchmarks.{name}")


if __name__ == "__main__":
    sys.exit(main())
