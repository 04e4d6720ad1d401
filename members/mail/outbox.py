"""What the loop sends: a table of rows, and how each becomes a letter."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from django.conf import settings

from members.mail.letters import Letter
from members.models import Dispatch, OutgoingMail


class Outbox:
    """A table of dispatch rows. Subclasses say which rows and how to compose them."""

    model: type[Dispatch]
    only = "TRUE"  # a further SQL condition on the rows, about the table's own columns

    def compose(self, ids: Sequence[int]) -> Iterator[tuple[int, Callable[[], Letter]]]:
        """These rows, each with the function that writes its letter, so that one bad row stops no other."""
        raise NotImplementedError

    def sent(self, row_id: int) -> None:
        """Called in the transaction that marks the row as sent."""


class OutgoingMailOutbox(Outbox):
    model = OutgoingMail

    def compose(self, ids: Sequence[int]) -> Iterator[tuple[int, Callable[[], Letter]]]:
        for row in OutgoingMail.objects.filter(pk__in=ids).order_by("pk"):
            yield row.pk, partial(_letter, row)


def _letter(row: OutgoingMail) -> Letter:
    return Letter(
        to=row.to,
        subject=row.subject,
        text=row.text,
        html=row.html,
        key=str(row.key),
        sender=settings.DEFAULT_FROM_EMAIL,
        headers={"Auto-Submitted": "auto-generated", **row.headers},
    )


OUTGOING = OutgoingMailOutbox()
