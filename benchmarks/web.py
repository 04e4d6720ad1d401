"""A web server as in production and one client of it: requests a second, CPU and latency."""

import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from govtech_portal.binaries import ROOT
from govtech_portal.services import die_with_parent

HEADERS = {"Host": "localhost", "Accept-Encoding": "gzip", "Accept": "*/*"}
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Slice:
    """Some time of one work: what it brought."""

    seconds: list[float] = field(default_factory=list)  # each request
    cpu: float = 0.0  # seconds of the web server
    database: float = 0.0  # seconds of PostgreSQL

    @property
    def rate(self) -> float:
        return len(self.seconds) / sum(self.seconds)

    @property
    def cpu_ms(self) -> float:
        return self.cpu / len(self.seconds) * 1000

    @property
    def all_cpu_ms(self) -> float:
        return (self.cpu + self.database) / len(self.seconds) * 1000

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.seconds, n=100)[round(share * 100) - 1] * 1000


class Web:
    """granian, WSGI, one worker, one thread; one connection that is kept."""

    def __init__(self, pid: int, port: int, postgres: int | None) -> None:
        self.pid, self.port, self.postgres = pid, port, postgres
        self.client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **headers: str) -> Answer:
        try:
            self.client.request("GET", path, headers=HEADERS | headers)
            answer = self.client.getresponse()
        except http.client.RemoteDisconnected:  # idle for too long while others were measured
            self.client.close()
            self.client.request("GET", path, headers=HEADERS | headers)
            answer = self.client.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def run(self, paths: Iterator[str], seconds: float, before: Callable[[], None] | None = None) -> Slice:
        """Requests one after the other; `before` each one, outside the time that counts. At least eight."""
        done = Slice()
        cpu, database = cpu_of(self.pid), cpu_of(self.postgres)
        end = time.monotonic() + seconds
        while time.monotonic() < end or len(done.seconds) < 8:
            if before:
                before()
            path = next(paths)
            begin = time.perf_counter()
            status, _, _ = self.get(path)
            done.seconds.append(time.perf_counter() - begin)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}")
        done.cpu, done.database = cpu_of(self.pid) - cpu, cpu_of(self.postgres) - database
        return done


@contextlib.contextmanager
def serving(settings: str = "govtech_portal.settings", postgres: int | None = None) -> Iterator[Web]:
    port = _free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "1", "--no-ws", "--log-level", "error",
        "govtech_portal.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": settings},
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        _wait(server, port)
        yield Web(server.pid, port, postgres)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def cpu_of(root: int | None) -> float:
    """Seconds on a processor of a process and all below it, by the scheduler's own count (nanoseconds)."""
    if root is None:
        return 0.0
    parents = {int(place.name): _parent(int(place.name)) for place in Path("/proc").iterdir() if place.name.isdigit()}
    family, grew = {root}, True
    while grew:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grew = bool(more)
    return sum(_nanoseconds(pid) for pid in family) / 1e9


def parent_of(pid: int) -> int:
    return _parent(pid) or 0


def _parent(pid: int) -> int | None:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return None


def _nanoseconds(pid: int) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("the web server does not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
