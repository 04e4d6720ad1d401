"""Pages and API lists against the yardstick, cold and warm, at several sizes of the catalogue.

H is what hello brings (benchmarks/hello.py); its slice and that of each work follow one another, in every round.
"""

import contextlib
import os
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache as once
from functools import partial
from itertools import cycle
from random import Random
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.lines import Line
from benchmarks.web import Slice, Web, parent_of, serving
from catalogue.models import Solution
from govtech_portal.synthetic_catalogue import vocabulary
from members.models import Region

SIZES = [int(size) for size in os.environ.get("SIZES", "1000,20000").split(",")]
SIZE = int(os.environ.get("SIZE", "20000"))  # the one that the ratios are judged at
ROUNDS = max(5, int(os.environ.get("ROUNDS", "5")))
SECONDS = float(os.environ.get("SECONDS", "1.2"))
HELLO_SECONDS = 0.5
MOST_GROWTH = 1.3
WORKS = os.environ.get("WORKS", "").split(",")  # beginnings of names; all of them when empty
SEED = 7
# a page of another state of the catalogue: one solution changed, as after a release
CHANGE = "UPDATE catalogue_solution SET changed_at = clock_timestamp() WHERE id = %s"


@dataclass
class Work:
    name: str
    limit: float  # of H
    paths: Callable[[Random], list[str]]
    changes: bool = False  # something is written before each request
    statements: int | None = None  # at most
    slices: list[Slice] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        return statistics.median(one.all_cpu_ms for one in self.slices)


def lines() -> Iterator[Line]:
    measured: dict[int, list[Work]] = {}
    for size in sorted({*SIZES, SIZE}):
        call_command("make_catalogue", solutions=size, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
        measured[size] = works()
        yield from _measured(measured[size], size)
    smallest, biggest = measured[min(measured)], measured[max(measured)]
    if len(measured) > 1:
        for small, big in zip(smallest, biggest, strict=True):
            what = f"{big.name}: CPU a request, {max(measured):,} against {min(measured):,}".replace(",", ".")
            yield Line(what, big.cpu_ms / small.cpu_ms, "times", MOST_GROWTH)


def works() -> list[Work]:
    """What the table of docs/quality names; the paths are drawn with a fixed seed."""
    known = [
        Work("Liste, schon gebaut", 0.5, lambda _: ["/loesungen/"]),
        Work("Liste, zum ersten Mal nach einer Änderung", 0.10, lambda _: ["/loesungen/"], True, statements=4),
        Work("Liste, zwei Filter mit Anzahlen", 0.10, _two_facets, statements=4),
        Work("Suche mit Anzahlen und Hervorhebung", 0.05, _searches),
        Work("Steckbrief mit Verbreitung", 0.25, _profiles, statements=8),
        Work("API, Liste von 20", 0.30, _api, statements=3),
    ]
    return [work for work in known if work.name.startswith(tuple(WORKS))]


def _measured(found: list[Work], size: int) -> Iterator[Line]:
    with contextlib.ExitStack() as running:
        postgres = _postmaster()
        hello = running.enter_context(serving("benchmarks.hello_settings", postgres))
        portal = running.enter_context(serving(postgres=postgres))
        rates, cpu = _rounds(hello, portal, found)
        at = f"{size:,} Lösungen".replace(",", ".")
        yield Line(f"{at}: H, Anfragen je Sekunde", statistics.median(rates), "1/s", spread=_spread(rates))
        yield Line(f"{at}: H, CPU je Anfrage", statistics.median(cpu), "ms", spread=_spread(cpu))
        for work in found:
            yield from _lines_of(work, at, judged=size == SIZE)
        yield from _search_percentile(found, at, size)
    for work in found:
        if work.statements:
            yield Line(f"{at}: {work.name}: SQL", statements_of(work), "", work.statements)


def _rounds(hello: Web, portal: Web, found: list[Work]) -> tuple[list[float], list[float]]:
    chance = Random(SEED)  # noqa: S311
    paths = {work.name: cycle(work.paths(chance)) for work in found}
    for work in found:  # templates, plans, connections
        portal.run(paths[work.name], 0.3)
        _change(0)
    hello.run(cycle(["/hallo/"]), 0.3)
    rates, cpu = [], []
    for number in range(ROUNDS):
        _change(number)  # nothing of the round before is kept
        for work in found[number % len(found) :] + found[: number % len(found)]:
            one = hello.run(cycle(["/hallo/"]), HELLO_SECONDS)
            rates.append(one.rate)
            cpu.append(one.all_cpu_ms)
            portal.get(next(paths[work.name]))  # the moments of the day, once for a state of the catalogue
            change = partial(_change_any, chance) if work.changes else None
            done = portal.run(paths[work.name], SECONDS, change)
            work.slices.append(done)
            work.ratios.append(done.rate / one.rate)
    return rates, cpu


def _lines_of(work: Work, at: str, *, judged: bool) -> Iterator[Line]:
    ratio = statistics.median(work.ratios)
    yield Line(f"{at}: {work.name}", ratio, "H", work.limit if judged else None, ">=", _spread(work.ratios))
    web = statistics.median(one.cpu_ms for one in work.slices)
    yield Line(f"{at}: {work.name}, CPU je Anfrage", work.cpu_ms, "ms", spread=f"Webserver {web:.2f}")


def _search_percentile(found: list[Work], at: str, size: int) -> Iterator[Line]:
    for work in found:
        if work.name.startswith("Suche"):
            slowest = [one.percentile(0.95) for one in work.slices]
            yield Line(f"{at}: {work.name}, p95", statistics.median(slowest), "ms", 25, spread=_spread(slowest))


def statements_of(work: Work) -> int:
    """The most that one of five such pages needs, with the page itself not yet built."""
    client = Client(headers={"host": "localhost"})
    most = 0
    for path in (work.paths(Random(SEED + 1)) * 5)[:5]:  # noqa: S311
        client.get(path)  # what is made once for a state of the catalogue
        with CaptureQueriesContext(connection) as statements:
            client.get(path + ("&" if "?" in path else "?") + "seite=1")
        most = max(most, len(statements))
    return most


def _change(number: int) -> None:
    keys = _keys(Solution.objects.count())
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, [keys[number % len(keys)]])


def _change_any(chance: Random) -> None:
    _change(chance.randrange(1000))


@once
def _keys(size: int) -> list[int]:
    return list(Solution.objects.order_by("pk").values_list("pk", flat=True)[: min(size, 1000)])


def _two_facets(chance: Random) -> list[str]:
    pairs = [
        ("handlungsfeld", [slug for slug, _ in vocabulary.FIELDS]), ("phase", Solution.Stage.values),
        ("ebene", Solution.Level.values), ("region", _states()),
        ("lizenz", [one for one in vocabulary.LICENCES if one]),
        ("betriebsmodell", Solution.OperatingModel.values), ("ki", ["ja", "nein"]),
    ]  # fmt: skip
    drawn = []
    for _ in range(400):
        chosen = {name: chance.choice(values) for name, values in chance.sample(pairs, 2)}
        drawn.append(f"/loesungen/?{urlencode(chosen | {'seite': chance.randrange(1, 4)})}")
    return drawn


def _states() -> list[str]:
    return list(Region.objects.valid().filter(kind="state").order_by("key").values_list("key", flat=True))


def _searches(chance: Random) -> list[str]:
    """One word or two, common ones and rare ones."""
    terms = [*vocabulary.TOPICS, *vocabulary.KINDS, "Daten", "Verwaltung", "Antrag", "Nachweise", "Schnittstelle"]
    drawn = []
    for _ in range(400):
        words = " ".join(chance.sample(terms, chance.choice((1, 1, 2))))
        drawn.append(f"/loesungen/?{urlencode({'q': words, 'seite': chance.randrange(1, 3)})}")
    return drawn


def _profiles(chance: Random) -> list[str]:
    slugs = list(Solution.objects.published().order_by("pk").values_list("slug", flat=True))
    chance.shuffle(slugs)
    return [f"/loesungen/{slug}/" for slug in slugs]


def _api(chance: Random) -> list[str]:
    pages = max(1, Solution.objects.count() // 20)
    return [f"/api/v1/solutions/?page={page}" for page in chance.sample(range(1, pages + 1), min(pages, 2000))]


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return parent_of(cursor.fetchone()[0])


def _spread(values: list[float]) -> str:
    return f"{min(values):.3g} bis {max(values):.3g}"
