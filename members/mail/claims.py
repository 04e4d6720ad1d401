"""Who is sending which rows. A claim lives exactly as long as the database session that made it.

The session holds an advisory lock under its number; rows carry that number. When the process dies, however
it dies, the server ends the session and the lock with it, and the rows are free at once: no lease, no timeout.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import psycopg
from django.db import OperationalError, connection
from psycopg.generators import fetch_many
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from members.models import Dispatch

SPACE = 77  # of the advisory locks that are senders
MAX_ATTEMPTS = 20
FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = 5, 3, 3600  # seconds between attempts, with jitter

_ALIVE = f"""ARRAY(SELECT objid::bigint::int FROM pg_locks WHERE locktype = 'advisory' AND classid = {SPACE}
    AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""
_UNCLAIMED = f"(sender IS NULL OR sender <> ALL ({_ALIVE}))"
_FREE = "sent_at IS NULL AND failed_at IS NULL AND due_at <= clock_timestamp()"
_OPEN = "coalesce(sent_at, failed_at) IS NULL"  # said so that a row is found by its id, not in the index of the queue
_JITTER = "(0.8 + 0.4 * random()) * interval '1 second'"
_PAUSE = f"least({FIRST_PAUSE} * power({PAUSE_GROWTH}, least(attempts, 10)), {LONGEST_PAUSE}) * {_JITTER}"


@contextmanager
def sender_session() -> Iterator[int]:
    """A number under which this session claims rows; what it did not get to is free again at the end."""
    number = secrets.randbelow(2**31 - 1) + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SPACE, number])
    try:
        yield number
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, number])


def give_up_poison(model: type[Dispatch], only: str) -> int:
    """Rows that were tried too often (a row that kills its worker included) end in the visible list."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {model._meta.db_table} SET failed_at = clock_timestamp(), sender = NULL,
                last_error = CASE WHEN last_error = '' THEN 'Der Versand brach jedes Mal ab.' ELSE last_error END
                WHERE {_FREE} AND ({only}) AND attempts >= {MAX_ATTEMPTS} AND {_UNCLAIMED}"""
        )
        return cursor.rowcount


def claim(model: type[Dispatch], only: str, sender: int, limit: int) -> list[int]:
    """Take up to `limit` due rows that nobody alive is sending, oldest first."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH batch AS (
                  SELECT id FROM {table} WHERE {_FREE} AND ({only}) AND attempts < {MAX_ATTEMPTS} AND {_UNCLAIMED}
                  ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
                UPDATE {table} t SET sender = %s FROM batch WHERE t.id = batch.id
                RETURNING t.id""",
            [limit, sender],
        )
        return sorted(row[0] for row in cursor.fetchall())


class Turns:
    """Between two mails one statement and one commit: mark the accepted one, count the attempt at the next.

    The attempt is counted before it is made, and the next one dated, so that a row which kills its worker is known.
    `also` is a further UPDATE about the accepted row. Spoken in libpq's own words, because the statement travels and
    reaches the disk while the next mail is being written: begin() sends, end() waits.
    """

    def __init__(self, model: type[Dispatch], sender: int, also: str = "") -> None:
        table = model._meta.db_table
        self._sender = sender
        self._sql = f"""WITH accepted AS (
              UPDATE {table} SET sent_at = clock_timestamp(), failed_at = NULL, sender = NULL, last_error = ''
              WHERE id = $1::bigint),
            {f"more AS ({also})," if also else ""}
            begun AS (
              UPDATE {table} SET attempts = attempts + 1, due_at = clock_timestamp() + {_PAUSE}
              WHERE id = $2::bigint AND sender = $3::int AND {_OPEN} AND due_at <= clock_timestamp()
              RETURNING id)
            SELECT count(*) FROM begun"""
        self._name = b"turn_" + table.encode("ascii")
        self._database: psycopg.Connection | None = None

    def take(self, *, done: int | None, begun: int | None) -> bool:
        """Both in one. False when the next row is gone, held back or no longer ours."""
        self.begin(done=done, begun=begun)
        return self.end()

    def begin(self, *, done: int | None, begun: int | None) -> None:
        values = [None if value is None else str(value).encode("ascii") for value in (done, begun, self._sender)]
        with _as_django_says():
            self._database = self._prepared()
            self._database.pgconn.send_query_prepared(self._name, values)
            self._database.pgconn.flush()

    def end(self) -> bool:
        """Raises OperationalError when it was not committed, or nobody knows."""
        if self._database is None:
            raise OperationalError("nothing was begun")
        with _as_django_says():
            result = self._database.wait(fetch_many(self._database.pgconn))[-1]
            _succeeded(result, ExecStatus.TUPLES_OK)
        return result.get_value(0, 0) == b"1"

    def _prepared(self) -> psycopg.Connection:
        """The connection of this thread (Django may have opened a new one) with the statement known to it."""
        connection.ensure_connection()
        database: psycopg.Connection = connection.connection
        known = _prepared_on.setdefault(database, set())
        if self._name not in known:
            _succeeded(database.pgconn.prepare(self._name, self._sql.encode()), ExecStatus.COMMAND_OK)
            known.add(self._name)
        return database


_prepared_on: WeakKeyDictionary[psycopg.Connection, set[bytes]] = WeakKeyDictionary()


def _succeeded(result: PGresult, status: ExecStatus) -> None:
    if result.status != status:
        raise psycopg.OperationalError(result.error_message.decode("utf-8", "replace"))


@contextmanager
def _as_django_says() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise OperationalError(str(error)) from error


def mark_error(model: type[Dispatch], row_id: int, error: str, *, permanent: bool) -> None:
    """Keep what the server said; a permanent refusal ends the row, any other waits for its next attempt."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {model._meta.db_table} SET last_error = %s, sender = NULL,
                failed_at = CASE WHEN %s THEN clock_timestamp() END WHERE id = %s AND sent_at IS NULL""",
            [error[:500], permanent, row_id],
        )


def give_back(model: type[Dispatch], row_ids: Sequence[int]) -> None:
    """The server was to blame: the attempt does not count, and others go first for a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {model._meta.db_table} SET attempts = greatest(attempts - 1, 0), sender = NULL,
                due_at = clock_timestamp() + {FIRST_PAUSE} * {_JITTER}
                WHERE id = ANY (%s) AND {_OPEN}""",
            [list(row_ids)],
        )


def put_off(model: type[Dispatch], row_ids: Sequence[int], sender: int, seconds: float) -> None:
    """Claimed and not begun, because their mail domain has to wait: no attempt is counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {model._meta.db_table} SET sender = NULL, due_at = clock_timestamp() + %s * {_JITTER}
                WHERE id = ANY (%s) AND sender = %s AND {_OPEN}""",
            [seconds, list(row_ids), sender],
        )


def release(model: type[Dispatch], sender: int) -> None:
    """Give back what was claimed and not begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET sender = NULL WHERE sender = %s AND sent_at IS NULL",
            [sender],
        )
