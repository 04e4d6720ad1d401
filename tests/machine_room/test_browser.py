"""Where no browser can be had the journeys skip with the line that installs it; in CI that is an error."""

from pathlib import Path

import pytest

from tests import browser


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PORTAL_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_a_journey_skips_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        browser.launch_options()
    assert str(skipped.value) == browser.INSTALL_LINE
    assert "apt install chromium" in browser.INSTALL_LINE


@pytest.mark.usefixtures("no_browser")
def test_in_ci_that_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        browser.launch_options()


def test_one_that_does_not_start_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PORTAL_CHROMIUM", str(broken))
    assert browser.find() is None


def test_what_playwright_downloaded_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "chromium-1200" / "chrome-linux64" / "chrome"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho Chromium 140\n")
    program.chmod(0o755)
    monkeypatch.delenv("PORTAL_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(browser, "NAMES", ())
    assert browser.find() == program
