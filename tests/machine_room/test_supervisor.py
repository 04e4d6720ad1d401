"""`make demo`: a taken port is one sentence, what falls is started again, nothing is left behind."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from govtech_portal.child_process import MARK, Child, end_leftovers
from govtech_portal.demo_state import DemoState, _free_port
from tests.machine_room.conftest import eventually, gone

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")


@contextlib.contextmanager
def supervisor(state: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Ended at the end, also when the test fails before it has ended it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    env |= {"PORTAL_STATE": str(state), "PORT": str(port)}
    command = [sys.executable, "-m", "govtech_portal.supervisor"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def processes(state: Path) -> dict[int, str]:
    """All that belong to this state directory, by their environment or their command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            marked = f"{MARK}={state}".encode() in (folder / "environ").read_bytes().split(b"\0")
            if (marked or f"{state}/" in command) and not gone(int(folder.name)):
                found[int(folder.name)] = command
    return found


# one child


def a_child(tmp_path: Path, *command: str) -> Child:
    return Child("probe", command, os.environ, tmp_path / "probe.log")


def test_a_fallen_child_is_started_again_and_said_so(tmp_path: Path) -> None:
    child = a_child(tmp_path, "sleep", "60")
    child.start()
    child.process.kill()
    child.process.wait()
    assert child.watch() == f"probe ist ausgefallen und startet in 0,5 s neu ({tmp_path}/probe.log)"
    assert child.watch() == ""
    assert not child.running()
    child.due_at = 0
    child.watch()
    assert child.running()
    child.ask_to_end()
    child.wait_or_kill(time.monotonic() + 5)


def test_one_that_keeps_falling_is_waited_for_longer_and_longer(tmp_path: Path) -> None:
    child = a_child(tmp_path, "false")
    waits = []
    for _ in range(7):
        child.start()
        child.process.wait()
        waits.append(re.search(r"in ([\d,]+) s", child.watch()).group(1))
    assert waits == ["0,5", "1,0", "2,0", "4,0", "8,0", "15,0", "15,0"]


def test_a_child_takes_its_brood_along(tmp_path: Path) -> None:
    child = a_child(tmp_path, "sh", "-c", "sleep 60 & echo $!; wait")
    child.start()
    assert eventually(lambda: child.log.read_text().strip() != "")
    grandchild = int(child.log.read_text())
    child.process.kill()
    child.process.wait()
    child.watch()
    assert eventually(lambda: gone(grandchild))


@linux
def test_leftovers_of_this_very_folder_are_ended_and_no_others(tmp_path: Path) -> None:
    ours = subprocess.Popen(["sleep", "60"], env=os.environ | {MARK: str(tmp_path)})
    others = subprocess.Popen(["sleep", "60"], env=os.environ | {MARK: f"{tmp_path}-2"})
    with ours, others:
        assert eventually(lambda: end_leftovers(tmp_path) == 1 or gone(ours.pid), 5)
        assert eventually(lambda: gone(ours.pid))
        assert not gone(others.pid)
        others.kill()


# what it keeps


def test_password_and_key_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = DemoState(tmp_path, 8000)
    password = first.password()
    key = first.environment({})["SECRET_KEY"]
    second = DemoState(tmp_path, 8000)
    assert (second.password(), second.environment({})["SECRET_KEY"]) == (password, key)
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", password)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("password", "secret-key")} == {0o600}


def test_what_was_set_at_the_keyboard_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNDO_SECONDS", raising=False)
    assert DemoState(tmp_path, 8000).environment({})["UNDO_SECONDS"] == "0"
    monkeypatch.setenv("UNDO_SECONDS", "300")
    monkeypatch.setenv("STAFF_MFA", "on")
    env = DemoState(tmp_path, 8000).environment({})
    assert (env["UNDO_SECONDS"], env["STAFF_MFA"]) == ("300", "on")


# the whole


def test_a_taken_port_is_one_sentence(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with supervisor(state, port) as started:
            output = started.communicate(timeout=60)[0]
    assert started.returncode == 1
    assert output.strip() == (
        f"Port {port} ist belegt: nehmen Sie einen anderen, zum Beispiel «make demo PORT={port + 1}»."
    )


def test_a_second_start_says_that_it_runs_already(state: Path) -> None:
    with DemoState(state, 8123).alone(), supervisor(state, 8124) as started:
        output = started.communicate(timeout=60)[0]
    assert started.returncode == 1
    assert output.strip() == "Diese Demo läuft schon: http://localhost:8123/ (beenden Sie sie mit Strg-C)."


@pytest.fixture
def port() -> int:
    return _free_port()


def status(port: int, path: str = "/readyz") -> int:
    with contextlib.suppress(OSError), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, 10)) as web:
        web.request("GET", path, headers={"Host": "localhost"})
        return web.getresponse().status
    return 0


def wait_for_greeting(started: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    for line in started.stdout:
        lines.append(line)
        if line.startswith("Beenden mit Strg-C"):
            return "".join(lines)
    pytest.fail("".join(lines))


def parts(state: Path) -> dict[str, int]:
    """The first process of each part that runs, as somebody would kill it."""
    marks = {
        "web": " granian ",
        "worker": " worker ",
        "beat": " beat ",
        "mailbox": "govtech_portal.mailbox",
        "postgres": "/postgres -D",
        "valkey": "valkey.sock",
    }
    running = sorted(processes(state).items())
    first = {name: next((pid for pid, command in running if mark in command), 0) for name, mark in marks.items()}
    return {name: pid for name, pid in first.items() if pid}


@linux
def test_the_demo_heals_and_leaves_nothing_behind(state: Path, port: int) -> None:
    """One long walk, because a start is dear: kill -9 of every part, then of the supervisor, then Ctrl-C."""
    with supervisor(state, port) as started:
        greeting = wait_for_greeting(started)
        assert f"http://localhost:{port}/postfach/" in greeting
        assert eventually(lambda: len(parts(state)) == 6, 30), parts(state)
        before = parts(state)
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: all(gone(pid) for pid in before.values()))
        assert eventually(lambda: status(port) == 200 and len(parts(state)) == 6, 30)
        started.kill()
        assert eventually(lambda: processes(state) == {}, 30), processes(state)
    with supervisor(state, port) as again:
        wait_for_greeting(again)
        again.send_signal(signal.SIGINT)
        assert again.communicate(timeout=60)[0].splitlines()[-1] == (
            "Beendet. Der nächste Start findet alle Daten wieder."
        )
        assert again.returncode == 0
        assert processes(state) == {}
