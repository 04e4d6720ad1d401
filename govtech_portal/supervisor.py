"""`make demo`: starts everything, watches it, ends everything.

Promises: whatever part is killed is running again within seconds; Ctrl-C, SIGTERM and even kill -9 of this
process leave no process behind; the next start finds the data.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psycopg
from psycopg.conninfo import conninfo_to_dict

from govtech_portal.binaries import ROOT, Missing
from govtech_portal.child_process import Child, end_leftovers
from govtech_portal.demo_state import DemoState, code_digest, is_free
from govtech_portal.services import Services, die_with_parent, follow_parent, state_dir

TICK = 0.2
END_SECONDS = 25.0  # the worker finishes the mails in its hands
LOGINS = {
    "redaktion@demo.example": "schreibt Lösungen und Transfers",
    "freigabe@demo.example": "gibt frei (vier Augen)",
    "vergabe@demo.example": "führt Markterkundungen",
    "leitung@demo.example": "liest alles",
    "kommune@demo.example": "eine Kommune",
    "anbieter@demo.example": "ein Anbieter",
}


class Stop(Exception):
    """The demo cannot go on; the text is one sentence that says what to do."""


class Supervisor:
    def __init__(self, state: DemoState, begin: float) -> None:
        self.state = state
        self.begin = begin
        self.services = Services(state.folder)
        self.env: dict[str, str] = {}
        self.children: list[Child] = []
        self.preparing: list[subprocess.Popen[bytes]] = []
        self.ending = 0
        self.looked_at = self.complained_at = 0.0

    # the course of things

    def go(self) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._end_soon)
        try:
            self._bring_up()
            while not self.ending:
                self._heal()
                time.sleep(TICK)
        finally:
            self._tear_down()

    def _bring_up(self) -> None:
        begin = time.monotonic()
        self.env = self.state.environment(self.services.environment())
        self.children = self._make_children()
        static = None if self.state.static_is_current() else self._command("collectstatic", "--no-input")
        self.services.__enter__()
        say(f"  Dienste         {seconds(time.monotonic() - begin)}")
        preparing = self._prepare_database()
        if static is not None:
            self._finish("collectstatic", static)
        if not self.ending:
            self.state.static_is_made()
            self.children[0].start()  # the web server takes seconds to load: meanwhile the data is prepared
        if preparing is not None:
            self._finish("prepare_demo", preparing)
        for child in self.children[1:]:
            if not self.ending:
                child.start()
        self._wait_for_first_page()

    def _end_soon(self, sign: int, frame: FrameType | None) -> None:
        self.ending += 1

    # preparation: commands that end

    def _prepare_database(self) -> subprocess.Popen[bytes] | None:
        """None when the database says that this very code has prepared it."""
        fingerprint = code_digest() if self.services.own_postgres else ""
        if fingerprint and fingerprint == self._fingerprint():
            return None
        options = ["--app-role", self._app_role(), "--fingerprint", fingerprint]
        return self._command("prepare_demo", *options, as_owner=True)

    def _fingerprint(self) -> str:
        question = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        with psycopg.connect(self.env["DATABASE_OWNER_URL"]) as database:
            found = database.execute(question).fetchone()
        return str(found[0]) if found else ""

    def _app_role(self) -> str:
        """Empty where one role does both, as with a single DATABASE_URL from outside."""
        user, owner = (conninfo_to_dict(self.env[name]).get("user") for name in ("DATABASE_URL", "DATABASE_OWNER_URL"))
        return "" if user in (None, owner) else str(user)

    def _command(self, name: str, *arguments: str, as_owner: bool = False) -> subprocess.Popen[bytes]:
        env = self.env | ({"DATABASE_URL": self.env["DATABASE_OWNER_URL"]} if as_owner else {})
        with (self.state.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, ROOT / "manage.py", name, *arguments], cwd=ROOT, env=env,
                stdin=subprocess.DEVNULL, stdout=None if as_owner else log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self.preparing.append(process)
        return process

    def _finish(self, name: str, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None and not self.ending:
            time.sleep(0.05)
        if process.returncode:
            raise Stop(f"«{name}» ist gescheitert:\n{tail(self.state.logs / f'{name}.log')}")

    # the children

    def _make_children(self) -> list[Child]:
        python, portal = sys.executable, "govtech_portal"
        celery = [python, "-m", "celery", "-A", portal]
        beat = ["beat", "--loglevel", "INFO", "--pidfile=", "--schedule", self.state.folder / "beat-schedule"]
        worker = ["worker", "--loglevel", "INFO", "--pool", "solo", "--without-gossip", "--without-mingle"]
        web = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.state.port)]
        web += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers"]
        web += ["--workers-kill-timeout", "10", f"{portal}.wsgi:application"]
        commands: dict[str, list[str | Path]] = {"web": [*web]}
        if self.state.own_mailbox:
            smtp = [python, "-m", f"{portal}.mailbox", str(self.state.mailbox_port()), self.state.mails]
            commands["postfach"] = smtp
        commands |= {"worker": [*celery, *worker], "beat": [*celery, *beat]}
        return [self._child(name, command) for name, command in commands.items()]

    def _child(self, name: str, command: list[str | Path]) -> Child:
        log = self.state.logs / f"{name}.log"
        log.write_bytes(b"")
        return Child(name, command, self.env, log)

    def _heal(self) -> None:
        for child in self.children:
            news = child.watch()
            if news:
                say(f"{news}\n{child.last_lines()}" if child.falls == 2 else news)
        if time.monotonic() - self.looked_at > 1:
            self.looked_at = time.monotonic()
            self._heal_services()

    def _heal_services(self) -> None:
        try:
            for name in self.services.ensure():
                say(f"{name} war ausgefallen und läuft wieder")
        except (Missing, OSError) as error:
            if time.monotonic() - self.complained_at > 15:
                self.complained_at = time.monotonic()
                say(str(error))

    def _wait_for_first_page(self) -> None:
        while not self.ending and not answers(self.state.port):
            self._heal()
            web = self.children[0]
            if web.falls >= 3:
                raise Stop(f"Der Webserver startet nicht:\n{web.last_lines(20)}")
            time.sleep(0.1)
        if not self.ending:
            say(greeting(self.state, time.time() - self.begin))

    # the end

    def _tear_down(self) -> None:
        say("\nWird beendet …")
        for process in self.preparing:
            process.kill()
            process.wait()
        for child in self.children:
            child.ask_to_end()
        until = time.monotonic() + END_SECONDS
        for child in self.children:
            while child.running() and self.ending < 2 and time.monotonic() < until:
                time.sleep(0.05)
            child.wait_or_kill(time.monotonic())
        self.services.stop()
        say("Beendet. Der nächste Start findet alle Daten wieder.")


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone; that must not stop the orderly end
        print(text, flush=True)


def seconds(value: float) -> str:
    return f"{value:4.1f} s".replace(".", ",")


def tail(log: Path, count: int = 15) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-count:])


def answers(port: int) -> bool:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(web):
        web.request("GET", "/healthz", headers={"Host": "localhost"})
        return web.getresponse().status == 200
    return False


def greeting(state: DemoState, took: float) -> str:
    url = state.site_url
    lines = ["", f"Der GovTech-Lösungskatalog läuft (nach {seconds(took).strip()}).", "", f"  Katalog     {url}/"]
    if state.own_mailbox:
        lines += [f"  Postfach    {url}/postfach/   alle Mails, die diese Demo verschickt"]
    lines += [f"  Verwaltung  {url}/admin/", "", f"  Passwort für alle   {state.password()}"]
    lines += [f"  {address:<24}{job}" for address, job in LOGINS.items()]
    lines += ["", "Beenden mit Strg-C; der nächste Start findet alle Daten wieder.", ""]
    return "\n".join(lines)


def check_port(port: int) -> None:
    until = time.monotonic() + 2
    while not is_free(port):  # a predecessor may be closing just now
        if time.monotonic() > until:
            raise Stop(f"Port {port} ist belegt: nehmen Sie einen anderen, zum Beispiel «make demo PORT={port + 1}».")
        time.sleep(0.1)


def main() -> int:
    begin = float(os.environ.pop("PORTAL_BEGIN", "") or time.time())
    if "--with-parent" in sys.argv:  # when make itself is killed, end in order
        follow_parent(signal.SIGTERM)
    try:
        port = int(os.environ.get("PORT") or 8000)
        state = DemoState(state_dir(), port)
        lock = state.alone()
        if lock is None:
            raise Stop(f"Diese Demo läuft schon: {state.address_of_the_other()}/ (beenden Sie sie mit Strg-C).")
        with lock:
            end_leftovers(state.folder)
            check_port(port)
            Supervisor(state, begin).go()
    except (Stop, Missing) as reason:
        say(f"\n{reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
