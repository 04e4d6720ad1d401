"""The whole demo as a person starts it, and a real browser to walk through it."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from govtech_portal import services
from tests.browser import launch_options

START_SECONDS = 180
UNDO_SECONDS = 5  # long enough for a browser to take a transfer back
FROM_OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "UNDO_SECONDS", "DEMO")


@dataclass(frozen=True)
class Demo:
    address: str
    password: str
    state: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def demo(chromium: Browser) -> Iterator[Demo]:
    state, port = Path(tempfile.mkdtemp(prefix="gtp-journey-")), _free_port()
    state.chmod(0o711)  # as root PostgreSQL runs as somebody else, who must be able to enter
    env = {name: value for name, value in os.environ.items() if name not in FROM_OUTSIDE}
    env |= {"PORTAL_STATE": str(state), "PORT": str(port), "LOOK_SECONDS": "1", "UNDO_SECONDS": str(UNDO_SECONDS)}
    with (state / "supervisor.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "govtech_portal.supervisor"], env=env, stdout=log, stderr=log)
    try:
        end = time.monotonic() + START_SECONDS
        while not _answers(port) or "kommune@" not in (state / "supervisor.log").read_text():
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"Die Demo startet nicht:\n{(state / 'supervisor.log').read_text()[-3000:]}")
            time.sleep(0.2)
        yield Demo(f"http://localhost:{port}", (state / "password").read_text().strip(), state)
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(services.socket_dir(state), ignore_errors=True)
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    options = launch_options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A reader's fresh browser, 1280 wide. A broken rule of the Content-Security-Policy fails the test."""
    context = chromium.new_context(
        base_url=demo.address, locale="de-DE", timezone_id="Europe/Berlin", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield page
    context.close()
    assert refused == []


def log_in(page: Page, demo: Demo, who: str, then: str = "/admin/") -> None:
    page.goto(f"/konto/anmelden/?next={then}")
    page.get_by_label("E-Mail").fill(f"{who}@demo.example")
    page.get_by_label("Passwort", exact=True).fill(demo.password)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"**{then}")
