"""The one row that page caches are keyed by."""

import pgtrigger
from django.db import connection, models


class PortalVersion(models.Model):
    """Counts the states of everything that public pages show; at most one row, made by the first write."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = "Stand des Portals"
        verbose_name_plural = "Stand des Portals"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="portalversion_one_row")]

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def current(cls) -> int:
        """Asked for every page, so in the plainest way."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT version FROM members_portalversion WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0


def changes_pages() -> list[pgtrigger.Trigger]:
    """Triggers for a model that public pages show: each writing statement counts the version up.

    A statement that fails or rolls back leaves the version as it was, because the row is part of the same
    transaction. Verbs lock the rows they need before they write, so the version row is the last lock taken.
    """
    return [
        pgtrigger.Trigger(
            name="changes_pages",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
            func="""
                INSERT INTO members_portalversion (id, version) VALUES (1, 1)
                ON CONFLICT (id) DO UPDATE SET version = members_portalversion.version + 1;
                RETURN NULL;
            """,
        )
    ]
