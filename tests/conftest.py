"""Strictness and the cast: the same people in every test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from catalogue.facets import index
from members.models import Region, User
from tests.mail_server import Inbox, MailServer

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's synchronous API runs a loop in this thread


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """As after a deployment: the application's role has its grants (the tests run as the owner)."""
    with django_db_blocker.unblock():
        call_command("grant_app_role", "portal_app", verbosity=0)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # of processes that a test has killed
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND usename = current_user"
        )


@pytest.fixture(autouse=True)
def _fresh_page_cache():
    """Versions repeat when a test rolls back, so what one test kept in this process must not answer another."""
    cache.clear()
    index.forget()


@pytest.fixture(autouse=True)
def _the_portals_own_mail(settings):
    """pytest-django puts a list in its place; here a mail is a row, as in the portal."""
    settings.EMAIL_BACKEND = "members.mail.OutgoingMailBackend"


@pytest.fixture(autouse=True)
def _static_files_without_collecting(settings, tmp_path_factory):
    """No test needs hashed names; the journeys run on collected files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = str(tmp_path_factory.getbasetemp())


@pytest.fixture(autouse=True)
def _second_factor_is_tested_by_itself(settings):
    """tests/members/test_second_factor.py and test_single_sign_on.py switch it on; elsewhere a login is a login."""
    settings.STAFF_MFA = False


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _person(email: str, role: str = "", **fields) -> User:
    user = User.objects.create_user(email, "ein langes Passwort 1", **fields)
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


@pytest.fixture
def editor(db) -> User:
    return _person("redaktion@campus.example", User.REDAKTION, is_staff=True, name="Rita Redaktion")


@pytest.fixture
def approver(db) -> User:
    return _person("freigabe@campus.example", User.FREIGABE, is_staff=True, name="Frida Freigabe")


@pytest.fixture
def procurement_officer(db) -> User:
    return _person("vergabe@campus.example", User.VERGABE, is_staff=True, name="Vera Vergabe")


@pytest.fixture
def lead(db) -> User:
    return _person("leitung@campus.example", User.LEITUNG, is_staff=True, name="Lena Leitung")


@pytest.fixture
def outsider(db) -> User:
    """A person with an account and no rights here."""
    return _person("fremd@anderswo.example", name="Fritz Fremd")


@pytest.fixture
def regions(db) -> dict[str, Region]:
    """A small country: the regions that the tests speak of, by key (true names and numbers)."""
    rows = [
        ("", "federal", "Deutschland", 83577140, None),
        ("07", "state", "Rheinland-Pfalz", 4129569, None),
        ("07137", "district", "Landkreis Mayen-Koblenz", 217290, None),
        ("071375002", "association", "Verbandsgemeinde Maifeld", 24000, None),
        ("071375002086", "municipality", "Polch", 7000, None),
        ("07111", "district", "Koblenz", 115000, None),
        ("071110000", "association", "Koblenz", 115000, "07111"),
        ("071110000000", "municipality", "Koblenz", 115000, "07111"),
        ("02", "state", "Hamburg", 1900000, None),
        ("02000", "district", "Hamburg", 1900000, "02"),
        ("020000000000", "municipality", "Hamburg", 1900000, "02"),
    ]
    made: dict[str, Region] = {}
    for key, kind, label, population, canonical in rows:
        made[key] = Region.objects.create(
            key=key, kind=kind, name=label, label=label, population=population, sort_key=label.lower(),
            search_text=label.lower(), lon=7.4, lat=50.3, ags=key[:5] + key[9:] if len(key) == 12 else "",
            canonical=made.get(canonical) if canonical else None,
        )  # fmt: skip
    return made


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def inbox(mail_server: MailServer, settings) -> Inbox:
    """The mails that a real SMTP server took in this test."""
    mail_server.inbox.clear()
    settings.SMTP = {**settings.SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": mail_server.port}
    return mail_server.inbox


def worker_environment(mail_server: MailServer, **more: str) -> dict[str, str]:
    """For processes that work on this test's database, its own Valkey database and its mail server."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    broker = f"{os.environ['REDIS_URL']}?virtual_host={_broker_database()}"
    return {**os.environ, "DATABASE_URL": database, "REDIS_URL": broker, "EMAIL_URL": mail_server.url,
            "LOOK_SECONDS": "0.3", "UNDO_SECONDS": "0", **more}  # fmt: skip


def _broker_database() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) + 2


def start_worker(environment: dict[str, str]) -> subprocess.Popen:
    """A real Celery worker in its own process."""
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "govtech_portal", "worker", "--pool", "solo", "--loglevel", "WARNING",
         "--without-gossip", "--without-mingle", "--without-heartbeat"],
        env=environment, cwd=django_settings.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
