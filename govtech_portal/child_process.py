"""One long-running child of the supervisor: started, watched, started again with patience, ended with its brood."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from govtech_portal.services import die_with_parent

CALM_SECONDS = 30.0  # alive for so long: the next fall is a new story
LONGEST_WAIT = 15.0
MARK = "PORTAL_DEMO_OF"  # in the environment of every child: whose it is


class Child:
    """A program in a session of its own: Ctrl-C reaches it through stop(), and what it forks goes with it."""

    def __init__(self, name: str, command: Sequence[str | Path], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.command = command
        self.env = dict(env)
        self.log = log
        self.falls = 0
        self.started_at = 0.0
        self.due_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.started_at = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> str:
        """Start it again when it has fallen and its wait is over; a sentence when there is news."""
        if self.running():
            return ""
        now = time.monotonic()
        if self.process is not None:
            self.kill_brood()
            self.process = None
            calm = now - self.started_at > CALM_SECONDS
            self.falls = 1 if calm else self.falls + 1
            wait = min(0.5 * 2 ** (self.falls - 1), LONGEST_WAIT)
            self.due_at = now + wait
            return f"{self.name} ist ausgefallen und startet in {wait:.1f} s neu ({self.log})".replace(".", ",", 1)
        if now >= self.due_at:
            self.start()
        return ""

    def ask_to_end(self) -> None:
        if self.running():
            self.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]

    def wait_or_kill(self, until: float) -> None:
        """Children of one that was killed hold its port and its connections: the whole session goes."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, until - time.monotonic()))
        self.kill_brood()
        self.process.wait()
        self.process = None

    def kill_brood(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_lines(self, count: int = 8) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(f"    {line}" for line in self.log.read_text(errors="replace").splitlines()[-count:])


def end_leftovers(state: Path) -> int:
    """What an earlier supervisor of this state directory left when it was killed.

    Only processes whose environment names this very state directory are ended (Linux; elsewhere none is found).
    """
    mark = f"{MARK}={state}".encode()
    found = [pid for pid in _all_pids() if mark in _environment_of(pid).split(b"\0")]
    for pid in found:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return len(found)


def _all_pids() -> list[int]:
    if sys.platform != "linux":
        return []
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and int(p.name) != os.getpid()]


def _environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
