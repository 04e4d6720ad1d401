"""What pages of the demo catalogue weigh, compressed as the server sends them."""

import os
from collections.abc import Iterator

from django.core.management import call_command

from benchmarks.lines import Line
from benchmarks.visit import Sent, Visit, loaded_by
from benchmarks.web import Web, serving
from catalogue.models import Solution

FIRST, HTML, SECOND = 150, 15, 15  # KB
KB = 1024


def lines() -> Iterator[Line]:
    os.environ["DEMO_PASSWORD"] = "nur zum Messen"  # noqa: S105
    call_command("load_demo", force=True, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    call_command("collectstatic", interactive=False, verbosity=0)
    with serving() as web:
        pages = {"Startseite": "/", "Liste": "/loesungen/", "Steckbrief": _biggest_profile(web)}
        for name, path in pages.items():
            html, everything = Visit(lambda url: sent(web, url)).page(path)
            yield Line(f"{name}: HTML", html / KB, "KB", HTML)
            yield Line(f"{name}: erster Besuch mit allem", everything / KB, "KB", FIRST)
            blocking = loaded_by(sent(web, path).text()).blocking
            yield Line(f"{name}: hält den Aufbau auf (ein Stylesheet)", len(blocking), "", 1)
        visit = Visit(lambda url: sent(web, url))
        visit.page("/")
        for name, path in list(pages.items())[1:]:
            yield Line(f"{name}: nach der Startseite", visit.page(path)[1] / KB, "KB", SECOND)


def sent(web: Web, url: str) -> Sent:
    status, _, body = web.get(url)
    if status != 200:
        raise RuntimeError(f"{url} answered {status}")
    return Sent(body)


def _biggest_profile(web: Web) -> str:
    paths = [solution.get_absolute_url() for solution in Solution.objects.published()]
    return max(paths, key=lambda path: len(sent(web, path)))
