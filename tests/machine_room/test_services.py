"""The embedded services: they start, are shared, heal after kill -9 and leave nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from govtech_portal import services
from tests.machine_room.conftest import eventually, gone


def write_row(state: Path) -> None:
    with psycopg.connect(services.owner_url(state)) as db:
        db.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        db.execute("INSERT INTO kept VALUES (1)")


def rows(state: Path) -> int:
    with psycopg.connect(services.owner_url(state)) as db:
        return db.execute("SELECT count(*) FROM kept").fetchone()[0]


def test_the_application_role_owns_nothing_and_the_owner_may_act_as_it(state: Path) -> None:
    with services.Services(state, durable=False):
        with psycopg.connect(services.database_url(state)) as db:
            assert db.execute("SELECT current_user").fetchone() == ("portal_app",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute("CREATE TABLE own (n int)")
        with psycopg.connect(services.owner_url(state)) as db:
            db.execute("SET ROLE portal_app")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute("CREATE TABLE own (n int)")


def test_the_roles_are_no_superusers(state: Path) -> None:
    with services.Services(state, durable=False), psycopg.connect(services.owner_url(state)) as db:
        found = db.execute("SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname ~ '^portal'")
        assert sorted(found.fetchall()) == [("portal_app", False, False), ("portal_owner", False, True)]


def test_german_letters_are_letters(state: Path) -> None:
    with services.Services(state, durable=False), psycopg.connect(services.owner_url(state)) as db:
        assert db.execute("SELECT lower('ÄÖÜ'), 'Müller' ILIKE 'MÜ%'").fetchone() == ("äöü", True)


def test_the_next_start_finds_the_data(state: Path) -> None:
    with services.Services(state, durable=False):
        write_row(state)
    with services.Services(state, durable=False):
        assert rows(state) == 1


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_killed_part_is_started_again(state: Path, name: str) -> None:
    with services.Services(state) as running:
        write_row(state)
        os.kill(running.pids()[name], signal.SIGKILL)
        assert eventually(lambda: name not in running.pids())
        assert running.ensure() == [name]
        assert rows(state) == 1
        assert running.ensure() == []


def test_after_kill_9_of_everything_the_data_is_found(state: Path) -> None:
    running = services.Services(state).__enter__()
    write_row(state)
    for pid in running.pids().values():
        os.kill(pid, signal.SIGKILL)
    running.stop()
    with services.Services(state):
        assert rows(state) == 1


def test_a_lock_file_that_names_another_program_does_not_block(state: Path) -> None:
    with services.Services(state, durable=False):
        write_row(state)
    (state / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")
    with services.Services(state, durable=False):
        assert rows(state) == 1


def test_an_interrupted_first_start_leaves_no_half_of_a_cluster(state: Path) -> None:
    (state / "pg.new").mkdir()
    (state / "pg.new" / "PG_VERSION").write_text("18\n")
    with services.Services(state, durable=False):
        write_row(state)


def test_two_share_and_the_second_takes_over(state: Path) -> None:
    first = services.Services(state, durable=False).__enter__()
    with services.Services(state, durable=False) as second:
        assert second.pids() == {}
        first.stop()
        assert sorted(second.ensure()) == ["postgres", "valkey"]


def test_a_long_state_directory_still_has_working_sockets(state: Path) -> None:
    deep = state / ("d" * 90)
    deep.mkdir()
    with services.Services(deep, durable=False) as running:
        assert len(f"{running.run}/.s.PGSQL.5432") < 108
    shutil.rmtree(services.socket_dir(deep))


def test_what_the_environment_names_is_not_started(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/portal")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")
    with services.Services(state) as running:
        assert running.pids() == {}
        assert running.environment() == {"DATABASE_OWNER_URL": "postgresql://app@db.example/portal"}


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux tells children that a parent died")
def test_kill_9_of_the_parent_leaves_no_process(state: Path) -> None:
    program = (
        "import sys, time, pathlib; from govtech_portal import services\n"
        "s = services.Services(pathlib.Path(sys.argv[1]), durable=False).__enter__()\n"
        "print(*s.pids().values(), flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, state], stdout=subprocess.PIPE, text=True)
    with parent:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 2
    assert eventually(lambda: all(gone(pid) for pid in pids))


def test_throw_away_services_leave_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with services.throw_away() as running:
        assert running.state.is_dir()
    assert not running.state.exists()
