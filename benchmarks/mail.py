"""Mails of one transfer: how fast, how much memory, and how long announcing and looking take.

The yardstick is bare smtplib on one connection with the very same messages, in turn with our own loop. Both send to a
sink in a process of its own. The database is a durable one: every mark is on disk before the next mail goes.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.lines import Line
from benchmarks.mail_steps import FACTS
from govtech_portal.binaries import ROOT
from govtech_portal.services import Services

RECIPIENTS = int(os.environ.get("RECIPIENTS", 11000))
FLAT_TO = int(os.environ.get("FLAT_TO", 30000))  # FLAT_TO=100000 takes three minutes more
INSIDE = {name: os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}


def lines() -> Iterator[Line]:
    """Each figure comes from a process of its own on durable services."""
    with tempfile.TemporaryDirectory(prefix="gtp-mail-") as folder:
        Path(folder).chmod(0o711)
        for name in INSIDE:
            os.environ.pop(name, None)
        with Services(Path(folder) / "state") as running, sink(Path(folder)) as port:
            env = os.environ | running.environment() | {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "UNDO_SECONDS": "0"}
            env["DATABASE_URL"] = env["DATABASE_OWNER_URL"]
            _run(env, "prepare")
            yield from _lines(env)
        os.environ.update({name: value for name, value in INSIDE.items() if value is not None})


def _lines(env: dict[str, str]) -> Iterator[Line]:
    found = _run(env, "rates")
    ratios = sorted(ours / raw for ours, raw in found["rounds"])
    yield Line("Bares smtplib, eine Verbindung", median(raw for _, raw in found["rounds"]), "Mails/s")
    yield Line("Unsere Zustellung, jede Mail einzeln vermerkt", median(ours for ours, _ in found["rounds"]), "Mails/s")
    spread = f"{ratios[0]:.2f}-{ratios[-1]:.2f}"
    yield Line("Zustellung gegen bares smtplib", median(ratios), "", 0.66, ">=", spread)
    told = {size: _run(env, "announce", size) for size in (1000, RECIPIENTS, 100_000)}
    yield Line(f"Bekanntgabe an {RECIPIENTS}", told[RECIPIENTS]["seconds"], "s", 0.5)
    growth = (told[100_000]["seconds"] / 100_000) / (told[RECIPIENTS]["seconds"] / RECIPIENTS)
    yield Line(f"Bekanntgabe je Person, 100.000 gegen {RECIPIENTS}", growth, "mal", 1.5)
    peaks = [told[size]["peak"] for size in (1000, 100_000)]
    yield Line("Speicher der Bekanntgabe, 1.000 und 100.000", peaks[1] / peaks[0], "mal", 1.1)
    whole = _run(env, "whole", RECIPIENTS)
    yield Line("Erste Mail nach dem Ende der Frist", whole["first"], "s", 5)
    yield Line(f"Alle {RECIPIENTS} Mails nach dem Ende der Frist", whole["last"], "s", 300)
    peaks = [_run(env, "memory", size)["peak"] for size in (1000, FLAT_TO)]
    yield Line(f"Speicher der Zustellung, 1.000 und {FLAT_TO}", peaks[1] / peaks[0], "mal", 1.1)
    look = _run(env, "look")
    yield Line(f"Nach Neuem sehen, {FACTS} Transfers", look["milliseconds"], "ms", 5, spread=look["spread"])


def _run(env: dict[str, str], *arguments: object) -> dict:
    command = [sys.executable, "-m", "benchmarks.mail_steps", *map(str, arguments)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """A mail server in a process of its own, as a relay is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.sink", str(port), str(folder / "mails.tsv")]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()
