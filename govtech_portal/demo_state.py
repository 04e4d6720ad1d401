"""What the demo keeps between two starts beside its data: password, secret key, port of the mailbox."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import socket
from pathlib import Path
from typing import TextIO

from govtech_portal.binaries import ROOT
from govtech_portal.child_process import MARK

LETTERS = "abcdefghkmnpqrstuvwxyz23456789"  # none that is mistaken for another


class DemoState:
    """The folder of one demo. Its files with secrets are readable by their owner alone."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.logs = folder / "log"
        self.mails = folder / "mail"
        self.static = folder / "static"
        for made in (self.logs, self.mails):
            made.mkdir(parents=True, exist_ok=True)
            made.chmod(0o700)
        self.own_mailbox = not os.environ.get("EMAIL_URL")
        self._mailbox_port = 0

    @property
    def site_url(self) -> str:
        return os.environ.get("SITE_URL") or f"http://localhost:{self.port}"

    def password(self) -> str:
        groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
        return self._kept("password", "-".join(groups))

    def environment(self, services: dict[str, str]) -> dict[str, str]:
        """For every child. What the person at the keyboard has set wins over what the demo chooses."""
        chosen = {
            "SITE_URL": self.site_url,
            "SECRET_KEY": self._kept("secret-key", secrets.token_urlsafe(48)),
            "STAFF_MFA": "off",
            "UNDO_SECONDS": "0",
            "STATIC_ROOT": str(self.static),
            "PYTHONUNBUFFERED": "1",
        }
        fixed = {"DEMO": "1", "DEMO_PASSWORD": self.password(), MARK: str(self.folder)}
        if self.own_mailbox:
            fixed |= {"EMAIL_URL": f"smtp://127.0.0.1:{self.mailbox_port()}", "MAILBOX_DIR": str(self.mails)}
        inherited = {k: v for k, v in os.environ.items() if v and k != "PYTHONDONTWRITEBYTECODE"}
        return chosen | inherited | services | fixed

    def mailbox_port(self) -> int:
        """The same one at every start, unless somebody else has taken it meanwhile."""
        if not self._mailbox_port:
            kept = int(self._kept("mailbox-port", str(_free_port())))
            if not is_free(kept):
                (self.folder / "mailbox-port").unlink()
                kept = int(self._kept("mailbox-port", str(_free_port())))
            self._mailbox_port = kept
        return self._mailbox_port

    def alone(self) -> TextIO | None:
        """Held while this demo runs; None when another one of the same folder does."""
        lock = (self.folder / "running").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return None
        lock.truncate(0)
        lock.write(self.site_url)
        lock.flush()
        return lock

    def address_of_the_other(self) -> str:
        return (self.folder / "running").read_text()

    def static_is_current(self) -> bool:
        return self._static_stamp.exists() and self._static_stamp.read_text() == static_digest()

    def static_is_made(self) -> None:
        self._static_stamp.write_text(static_digest())

    @property
    def _static_stamp(self) -> Path:
        return self.folder / "static-stamp"

    def _kept(self, name: str, fresh: str) -> str:
        """Written once and whole: a half written one would lock everybody out."""
        file = self.folder / name
        if not file.exists() or not file.read_text().strip():
            new = self.folder / f"{name}.new"
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as out:
                out.write(fresh + "\n")
            new.rename(file)
        return file.read_text().strip()


def code_digest() -> str:
    """Of everything that prepare_demo depends on: the code of all rooms and the data beside it."""
    found = hashlib.sha256((ROOT / "requirements" / "portal.txt").read_bytes())
    rooms = ("members", "catalogue", "procurement", "subscriptions", "govtech_portal")
    files = (file for room in rooms for file in (ROOT / room).rglob("*") if file.is_file())
    for file in sorted(file for file in files if file.suffix != ".pyc"):
        found.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return found.hexdigest()


def static_digest() -> str:
    """Of everything collectstatic collects: our own files and, by their pinned versions, those of packages."""
    found = hashlib.sha256((ROOT / "requirements" / "portal.txt").read_bytes())
    for file in sorted(p for p in (ROOT / "static").rglob("*") if p.is_file()):
        found.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return found.hexdigest()


def is_free(port: int) -> bool:
    """Free for us, and nobody else answers under the other address that a browser tries for localhost."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    with contextlib.suppress(OSError), socket.create_connection(("::1", port), timeout=0.2):
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
