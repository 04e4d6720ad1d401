"""Rows into their table by COPY: as fast as the database takes them, with every constraint and trigger in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

Row = TypeVar("Row", bound=Model)


def copy_in(rows: Sequence[Row]) -> Sequence[Row]:
    """All of one model, with primary keys already given by `reserve_keys`. What the database fills is left to it."""
    if not rows:
        return rows
    fields = _written(rows[0])
    target = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(rows[0]._meta.db_table), sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    )
    ready = [(field.attname, field.get_db_prep_save) for field in fields]
    with connection.cursor() as cursor, cursor.copy(target) as copy:
        for row in rows:
            copy.write_row([prepared(getattr(row, name), connection) for name, prepared in ready])
    return rows


def reserve_keys(rows: Sequence[Row]) -> Sequence[Row]:
    """Primary keys from the table's own sequence, in order, so that rows can point to each other before they exist."""
    if rows:
        model = type(rows[0])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, len(rows)],
            )
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    return rows


def copy_new(rows: Iterable[Row]) -> Sequence[Row]:
    return copy_in(reserve_keys(list(rows)))


def _written(row: Model) -> list[Field[Any, Any]]:
    return [
        field
        for field in row._meta.concrete_fields
        if not field.generated and not isinstance(getattr(row, field.attname), DatabaseDefault)
    ]
