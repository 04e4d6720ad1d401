"""Fixtures of the machine room: folders that the servers may enter, and a look at processes."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from govtech_portal import services


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Not pytest's own folder: as root that one is closed to the user who runs PostgreSQL."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = Path(tempfile.mkdtemp(prefix="gtp-machine-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(services.socket_dir(folder), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    """Ended, whether or not its parent has taken notice yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
