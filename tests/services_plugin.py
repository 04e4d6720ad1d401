"""Throw-away PostgreSQL and Valkey before Django reads its settings.

pytest-django reads them in its own pytest_load_initial_conftests, so this has to be a `-p` plugin and a
wrapper of that hook. The workers of xdist inherit the environment. The tests run as the owner of the
database; what the application's role is refused they prove with SET ROLE portal_app.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator

import pytest

from govtech_portal import services

_running = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start()
    return (yield)


def _start() -> None:
    """What the environment names already is left alone; what is started here ends with the run."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    env = _running.enter_context(services.throw_away()).environment()
    if "DATABASE_URL" in env:
        env["DATABASE_URL"] = env["DATABASE_OWNER_URL"]
    os.environ.update(env)


def pytest_unconfigure() -> None:
    _running.close()
