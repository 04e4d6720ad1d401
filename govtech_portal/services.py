"""Real PostgreSQL and Valkey as child processes, for the demo, the tests and one-off commands.

Promises: unix sockets only, gone when the parent goes (kill -9 included), shared when two start, safe as
root. No Django here: this runs before any setting is read.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from govtech_portal import binaries

START_SECONDS = 60.0
STOP_SECONDS = 15.0
ROLES = """\
CREATE ROLE portal_owner LOGIN CREATEDB
CREATE ROLE portal_app LOGIN
GRANT portal_app TO portal_owner
CREATE DATABASE portal OWNER portal_owner
"""
POSTGRES_OPTIONS = {"listen_addresses": "", "max_connections": "100", "jit": "off", "log_timezone": "UTC"}
# Throw-away data need not survive a power cut; the tests are several times faster for it.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def state_dir() -> Path:
    """Where the demo keeps its data: PORTAL_STATE, else beside the code, else (as root) in /var/tmp.

    As root PostgreSQL runs as nobody, who may be unable to enter the checkout.
    """
    if os.environ.get("PORTAL_STATE"):
        return Path(os.environ["PORTAL_STATE"]).absolute()
    if os.geteuid() == 0:
        return binaries.private_place(binaries.of_this_checkout())
    return binaries.ROOT / ".state"


def socket_dir(state: Path) -> Path:
    """The path of a unix socket ends at 107 bytes, so a long state directory gets a short one elsewhere."""
    run = state / "run"
    if len(str(run).encode()) <= 80:
        return run
    return Path(tempfile.gettempdir()) / f"gtp-{hashlib.sha256(str(state).encode()).hexdigest()[:16]}"


def database_url(state: Path) -> str:
    """For the application's role: it owns nothing and may do what grant_app_role gives it."""
    return _postgres_url(state, "portal_app")


def owner_url(state: Path) -> str:
    """For the role that migrates, grants and backs up; it may SET ROLE portal_app and create databases."""
    return _postgres_url(state, "portal_owner")


def redis_url(state: Path) -> str:
    return f"unix://{socket_dir(state)}/valkey.sock"


def _postgres_url(state: Path, role: str) -> str:
    return f"postgresql://{role}@/portal?host={quote(str(socket_dir(state)))}"


class Services:
    """PostgreSQL and Valkey for one state directory.

    What DATABASE_URL or REDIS_URL names is somebody else's and is not started. What another process already
    runs for the same directory is shared; ensure() starts it here once that process has gone.
    """

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        self.state = state
        self.run = socket_dir(state)
        self.durable = durable
        self.own_postgres = not os.environ.get("DATABASE_URL")
        self.own_valkey = not os.environ.get("REDIS_URL")
        self._children: dict[str, tuple[subprocess.Popen[bytes], signal.Signals]] = {}

    def environment(self) -> dict[str, str]:
        """What a child needs to find both: the application's role, the owner's and the broker."""
        found = {}
        if self.own_postgres:
            found |= {"DATABASE_URL": database_url(self.state), "DATABASE_OWNER_URL": owner_url(self.state)}
        elif not os.environ.get("DATABASE_OWNER_URL"):
            found["DATABASE_OWNER_URL"] = os.environ["DATABASE_URL"]
        if self.own_valkey:
            found["REDIS_URL"] = redis_url(self.state)
        return found

    def pids(self) -> dict[str, int]:
        return {name: child.pid for name, (child, _) in self._children.items() if child.poll() is None}

    def __enter__(self) -> Services:
        try:
            self._make_directories()
            self.ensure()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def ensure(self) -> list[str]:
        """Start what does not answer; return its names. Cheap when all is well, so a supervisor may poll it."""
        missing = [name for name in self._wanted() if name not in self.pids() and not self._alive(name)]
        if not missing:
            return []
        with (self.state / "services.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two at once: the second one waits, then shares
            return [name for name in missing if self._start(name)]

    def stop(self) -> None:
        """Orderly and bounded; Valkey first, then a fast shutdown of PostgreSQL."""
        for name in reversed(list(self._children)):
            child, sign = self._children[name]
            if child.poll() is None:
                child.send_signal(sign)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            del self._children[name]

    # what is wanted, and whether it answers

    def _wanted(self) -> list[str]:
        return ["postgres"] * self.own_postgres + ["valkey"] * self.own_valkey

    def _alive(self, name: str) -> bool:
        return self._postgres_answer() == 0 if name == "postgres" else self._valkey_answers()

    def _postgres_answer(self) -> int:
        """0 takes connections, 1 starts or stops just now, 2 is not there."""
        program = binaries.postgres_programs() / "pg_isready"
        return subprocess.run([program, "-q", "-h", self.run], cwd="/", check=False).returncode

    def _valkey_answers(self) -> bool:
        """A raw PING: the client library retries a refused connection for seconds."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(self.run / "valkey.sock"))
            client.sendall(b"PING\r\n")
            return client.recv(7) == b"+PONG\r\n"
        return False

    # starting

    def _make_directories(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self.run.mkdir(parents=True, exist_ok=True)
        if self.run.is_symlink():
            raise binaries.Missing(f"{self.run} ist ein Verweis: löschen Sie ihn.")
        self._give(self.run)
        if binaries.unprivileged():
            self.state.chmod(self.state.stat().st_mode | 0o011)

    def _give(self, folder: Path) -> None:
        """To whoever runs the servers, and closed to all others: the sockets ask for no password."""
        who = binaries.unprivileged()
        if who:
            os.chown(folder, who["user"], who["group"])  # type: ignore[arg-type]
        folder.chmod(0o700)

    def _start(self, name: str) -> bool:
        """False when it answers after all: another process was faster."""
        begin = self._start_postgres if name == "postgres" else self._start_valkey
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._alive(name):
                return False
            if name == "postgres" and self._postgres_answer() == 1:
                time.sleep(0.1)
                continue
            child = begin()
            if self._wait(name, child, end):
                return True
            time.sleep(0.5)  # a crashed predecessor may still hold the data directory for a moment
            end = min(end, time.monotonic() + START_SECONDS / 4)
        raise binaries.Missing(f"{name} startet nicht. Letzte Zeilen: {self._last_lines(name)}")

    def _wait(self, name: str, child: subprocess.Popen[bytes], end: float) -> bool:
        while time.monotonic() < end and child.poll() is None:
            if self._alive(name):
                return True
            time.sleep(0.02)
        return False

    def _last_lines(self, name: str) -> str:
        log = self.state / f"{name}.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return " | ".join(lines[-3:]) or f"siehe {log}"

    def _start_postgres(self) -> subprocess.Popen[bytes]:
        programs = binaries.postgres_programs()
        data = self.state / "pg"
        if not data.exists():
            self._make_cluster(programs, data)
        _forget_dead_postmaster(data / "postmaster.pid")
        _forget_dead_postmaster(self.run / ".s.PGSQL.5432.lock")
        options = POSTGRES_OPTIONS | {"unix_socket_directories": str(self.run)}
        options |= {} if self.durable else FORGETFUL
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # SIGINT is the fast shutdown: SIGTERM would wait for every client to leave.
        return self._spawn("postgres", [programs / "postgres", "-D", data, *settings], signal.SIGINT)

    def _make_cluster(self, programs: Path, data: Path) -> None:
        """Made aside and renamed, so that an interrupted first start leaves no half of a cluster."""
        new = self.state / "pg.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        self._give(new)
        initdb = [programs / "initdb", "-D", new, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        self._run_to_end([*initdb, "--locale=C.UTF-8", "--no-sync", "--no-instructions"])  # the wheel has no ICU
        single = [programs / "postgres", "--single", "-D", new, "-c", "fsync=off", "postgres"]
        self._run_to_end(single, ROLES)
        new.rename(data)

    def _run_to_end(self, command: Sequence[str | Path], text: str = "") -> None:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, cwd="/", check=False,
            env=_quiet_environment(), **binaries.unprivileged(),
        )  # type: ignore[call-overload]  # fmt: skip
        if done.returncode or "ERROR:" in done.stderr:
            raise binaries.Missing(f"PostgreSQL lässt sich nicht einrichten: {done.stderr.strip()[-600:]}")

    def _start_valkey(self) -> subprocess.Popen[bytes]:
        """Nothing is written to disk: the broker may be emptied at any moment and no notification is lost."""
        options = {"port": "0", "unixsocket": self.run / "valkey.sock", "unixsocketperm": "700"}
        options |= {"dir": self.run, "save": "", "appendonly": "no", "daemonize": "no", "loglevel": "warning"}
        settings = [part for name, value in options.items() for part in (f"--{name}", value)]
        return self._spawn("valkey", [binaries.valkey_program(), *settings], signal.SIGTERM)

    def _spawn(self, name: str, argv: Sequence[str | Path], sign: signal.Signals) -> subprocess.Popen[bytes]:
        """In a session of its own, so that Ctrl-C reaches it through stop() alone."""
        with (self.state / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                argv, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env=_quiet_environment(), preexec_fn=die_with_parent(sign), **binaries.unprivileged(),
            )  # type: ignore[call-overload]  # fmt: skip
        self._children[name] = (child, sign)
        return child


def _quiet_environment() -> dict[str, str]:
    """No PG* variable of the person at the keyboard may lead the servers elsewhere, and logs stay English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def _forget_dead_postmaster(file: Path) -> None:
    """After kill -9 of everything the file may name a process id that is now something quite different."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        if b"postgres" not in _command_of(int(file.read_text().splitlines()[0])):
            file.unlink()


def _command_of(pid: int) -> bytes:
    if sys.platform == "linux":
        line = Path(f"/proc/{pid}/cmdline")
        return line.read_bytes() if line.exists() else b""
    return subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, check=False).stdout


def follow_parent(sign: signal.Signals) -> None:
    """The kernel sends this process the signal when its parent's thread ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(sign), 0, 0, 0)  # PR_SET_PDEATHSIG


def die_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """A preexec_fn for children that must not outlive us, not even after kill -9.

    The trap: it is the thread that counts, so children are started by the main thread.
    """
    parent = os.getpid()

    def prepare() -> None:
        follow_parent(sign)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare


@contextlib.contextmanager
def throw_away() -> Iterator[Services]:
    """Fresh services whose data is deleted afterwards, and that of runs that were killed before."""
    _sweep()
    state = Path(tempfile.mkdtemp(prefix="gtp-test-"))
    state.chmod(0o711)
    try:
        with (state / "in-use").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_SH)
            with Services(state, durable=False) as running:
                yield running
    finally:
        shutil.rmtree(socket_dir(state), ignore_errors=True)
        shutil.rmtree(state, ignore_errors=True)


def _sweep() -> None:
    """Only what nobody holds and is older than ten minutes: a run that starts just now holds nothing yet."""
    for state in Path(tempfile.gettempdir()).glob("gtp-test-*"):
        with contextlib.suppress(OSError), (state / "in-use").open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - state.stat().st_mtime > 600:
                shutil.rmtree(state, ignore_errors=True)


def run(arguments: Sequence[str]) -> int:
    """`run [--keep [--owner]] -- COMMAND`: one command with both services around it.

    Throw-away services as the owner, or with --keep those of the demo's state as the application's role.
    """
    options, command = list(arguments[: arguments.index("--")]), arguments[arguments.index("--") + 1 :]
    keep = "--keep" in options
    with Services(state_dir()) if keep else throw_away() as running:
        env = running.environment()
        if running.own_postgres and (not keep or "--owner" in options):
            env["DATABASE_URL"] = env["DATABASE_OWNER_URL"]
        try:
            return subprocess.run(command, env=os.environ | env, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] != "run" or "--" not in sys.argv:
        sys.exit("So: python -m govtech_portal.services run [--keep [--owner]] -- BEFEHL")
    sys.exit(run(sys.argv[2:]))
