"""Who is sending which rows. A claim lives exactly as long as the database session that made it.

The session holds an advisory lock under its number; rows carry that number. When the process dies, however
it dies, the server ends the session and the lock with it, and the rows are free at once: no lease, no timeout.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from members.models import Dispatch

SPACE = 77  # of the advisory locks that are senders
MAX_ATTEMPTS = 20
FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = 5, 3, 3600  # seconds between attempts, with jitter

_ALIVE = f"""ARRAY(SELECT objid::bigint::int FROM pg_locks WHERE locktype = 'advisory' AND classid = {SPACE}
    AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""
_PAUSE = (
    f"least({FIRST_PAUSE} * power({PAUSE_GROWTH}, attempts), {LONGEST_PAUSE})"
    " * (0.8 + 0.4 * random()) * interval '1 second'"
)


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


def claim(model: type[Dispatch], only: str, sender: int, limit: int) -> list[int]:
    """Take up to `limit` due rows that nobody alive is sending, oldest first."""
    table = model._meta.db_table
    free = f"sent_at IS NULL AND failed_at IS NULL AND due_at <= clock_timestamp() AND ({only})"
    unclaimed = f"(sender IS NULL OR sender <> ALL ({_ALIVE}))"
    with connection.cursor() as cursor:
        # rows that were tried too often (a row that kills its worker included) end in the visible list
        cursor.execute(
            f"""UPDATE {table} SET failed_at = clock_timestamp(), sender = NULL,
                last_error = CASE WHEN last_error = '' THEN 'Der Versand brach jedes Mal ab.' ELSE last_error END
                WHERE {free} AND attempts >= {MAX_ATTEMPTS} AND {unclaimed}"""
        )
        cursor.execute(
            f"""WITH batch AS (
                  SELECT id FROM {table} WHERE {free} AND {unclaimed}
                  ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
                UPDATE {table} t SET sender = %s FROM batch WHERE t.id = batch.id
                RETURNING t.id""",
            [limit, sender],
        )
        return sorted(row[0] for row in cursor.fetchall())


def begin(model: type[Dispatch], row_id: int, sender: int) -> bool:
    """Count the attempt before it is made and set when the next one would be due; False if the row is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {model._meta.db_table} SET attempts = attempts + 1, due_at = clock_timestamp() + {_PAUSE}
                WHERE id = %s AND sender = %s AND sent_at IS NULL AND failed_at IS NULL""",
            [row_id, sender],
        )
        return cursor.rowcount == 1


def mark_sent(model: type[Dispatch], row_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {model._meta.db_table}
                SET sent_at = clock_timestamp(), sender = NULL, last_error = '' WHERE id = %s""",
            [row_id],
        )


def mark_error(model: type[Dispatch], row_id: int, error: str, *, permanent: bool) -> None:
    """Keep what the server said; a permanent refusal ends the row, any other waits for its next attempt."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {model._meta.db_table} SET last_error = %s, sender = NULL,
                failed_at = CASE WHEN %s THEN clock_timestamp() END WHERE id = %s""",
            [error[:500], permanent, row_id],
        )


def release(model: type[Dispatch], sender: int) -> None:
    """Give back what was claimed and not begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET sender = NULL WHERE sender = %s AND sent_at IS NULL",
            [sender],
        )
