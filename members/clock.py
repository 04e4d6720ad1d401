"""The database's clock: what a deadline decides is decided by it, in the write itself."""

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField
from django.db.models.expressions import Func


class DatabaseClock(Func):
    """The database's clock at this very moment, not at the start of the transaction."""

    template = "clock_timestamp()"
    output_field = DateTimeField()


def database_now() -> datetime:
    """The same clock, read once (aware, UTC)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
