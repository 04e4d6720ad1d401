"""How many publiccode.yml files a second are validated and saved, and how the parser's own files are judged.

The files are made here, each its own software, in the shape of real ones; half have users that are looked up.
"""

import time
from collections.abc import Iterator

from benchmarks.lines import Line
from catalogue.actions import import_publiccode
from catalogue.publiccode.validator import validate

FILES = 500
REACH = 100  # files a second, validated and saved
HALF = FILES // 2
TEXT = " ".join(["Bürgerinnen und Bürger buchen Termine beim Amt und sagen sie ab, ohne ein Konto anzulegen."] * 12)
FILE = """\
publiccodeYmlVersion: "0"
name: Terminbuch {n}
url: https://git.example/stadt/terminbuch-{n}
landingURL: https://terminbuch-{n}.example
releaseDate: 2026-04-01
platforms: [web]
categories: [appointment-scheduling, digital-citizenship]
{used_by}developmentStatus: stable
softwareType: standalone/web
intendedAudience: {{countries: [DE], scope: [local-authorities]}}
description:
  de:
    localisedName: Terminbuch
    shortDescription: Termine beim Amt, Ausgabe {n}
    longDescription: {text}
    features: [Termine buchen, Termine absagen, Erinnerungen, Warteschlange]
  en:
    shortDescription: Appointments
    longDescription: {text}
    features: [Appointments]
legal: {{license: EUPL-1.2, mainCopyrightOwner: Stadt {n}}}
maintenance:
  type: community
  contacts: [{{name: Team, email: team-{n}@stadt.example}}]
localisation: {{localisationReady: true, availableLanguages: [de, en]}}
"""
USED_BY = "usedBy: [Stadt Köln, Landkreis Mayen-Koblenz, Gemeinde Nuthetal]\n"


def lines() -> Iterator[Line]:
    files = [file_of(n) for n in range(FILES)]
    begin = time.process_time()
    valid = sum(validate(raw).is_valid for raw in files)
    yield Line("publiccode.yml: files of ours that are valid", valid, "", FILES, ">=")
    yield Line("publiccode.yml: validated, CPU", 1000 * (time.process_time() - begin) / FILES, "ms")
    yield from _imported("taken over", files[:HALF], "created")
    yield from _imported("taken over, three users each looked up", files[HALF:], "created")
    yield from _imported("again, nothing changed", files, "unchanged")


def file_of(n: int) -> bytes:
    return FILE.format(n=n, text=TEXT, used_by=USED_BY if n >= HALF else "").encode()


def _imported(what: str, files: list[bytes], result: str, reach: int = REACH) -> Iterator[Line]:
    begin, used = time.perf_counter(), time.process_time()
    plans = [import_publiccode(raw=raw, address=f"https://{n}.example", by=None) for n, raw in enumerate(files)]
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    assert {plan.result for plan in plans} == {result}
    cpu = f"CPU {1000 * used / len(files):.1f} ms"
    yield Line(f"publiccode.yml: {what}", len(files) / seconds, "files/s", reach, ">=", cpu)
