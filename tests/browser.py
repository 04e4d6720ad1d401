"""A real browser for the journeys: found, or installed once by `python -m tests.browser` (make test calls it).

PORTAL_CHROMIUM names one explicitly. Where none can be had the journeys skip with the line that installs it;
with CI=true that is an error, because a skipped journey would look like a passed one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOWNLOAD_SECONDS = 120
APT_SECONDS = 300
INSTALL_LINE = (
    "Kein Browser gefunden: «apt install chromium» (als root) oder «.venv/bin/python -m playwright install "
    "chromium», oder PORTAL_CHROMIUM=/pfad/zu/chromium setzen."
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# A browser under test talks to the page and to nobody else.
ARGUMENTS = [
    "--no-sandbox",  # as root Chromium refuses to start with it
    "--disable-gpu",
    "--disable-dev-shm-usage",  # /dev/shm of a container is small
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find() -> Path | None:
    named = os.environ.get("PORTAL_CHROMIUM")
    if named:
        return Path(named) if works(Path(named)) else None
    installed = [Path(found) for name in NAMES if (found := shutil.which(name))]
    return next((program for program in [*installed, *_downloaded()] if works(program)), None)


def works(program: Path) -> bool:
    """A file is not enough: a half installed one, or the stub of a snap, does not start."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        asked = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=30)
        return asked.returncode == 0
    return False


def _downloaded() -> list[Path]:
    """What Playwright has downloaded, the newest first."""
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    return sorted((p for pattern in patterns for p in cache.glob(pattern)), reverse=True)


def ensure() -> Path | None:
    """Find one, else install one: Playwright's own download, else as root by apt. Bounded in time."""
    found = find()
    if found or os.environ.get("PORTAL_CHROMIUM"):
        return found
    print("Kein Browser gefunden, Playwright lädt einen (höchstens zwei Minuten) …", flush=True)
    _quietly([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS)
    if (found := find()) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    print("Das gelang nicht; apt installiert Chromium …", flush=True)
    _quietly(["apt-get", "update"], APT_SECONDS)
    _quietly(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], APT_SECONDS)
    return find()


def _quietly(command: list[str], seconds: float) -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, check=False, timeout=seconds, env=env)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def launch_options() -> dict[str, object]:
    """Arguments of playwright.chromium.launch(); skips the test, or fails it in CI, where there is no browser."""
    found = find()
    if found is None:
        if in_ci():
            pytest.fail(INSTALL_LINE)
        pytest.skip(INSTALL_LINE)
    return {"executable_path": str(found), "args": ARGUMENTS}


def main() -> int:
    found = ensure()
    print(f"Browser: {found}" if found else INSTALL_LINE)
    return 1 if found is None and in_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
