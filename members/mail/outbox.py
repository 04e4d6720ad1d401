"""What the loop sends: a table of rows, and how each becomes a letter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from members.mail.letters import Letter, plain_sender
from members.models import Dispatch, OutgoingMail


@dataclass(frozen=True, slots=True)
class Parcel:
    """A row ready to go: its envelope, and the function that writes its letter, so that one bad row stops no other."""

    row_id: int
    to: str
    bounces_to: str  # MAIL FROM
    write: Callable[[], Letter]


class Outbox:
    """A table of dispatch rows. Subclasses say which rows and how to compose them."""

    model: type[Dispatch]
    only = "TRUE"  # a further SQL condition on the rows, about the table's own columns
    also = ""  # a further UPDATE in the statement that marks the row $1 as sent

    def compose(self, ids: Sequence[int]) -> Iterator[Parcel]:
        """These rows, in a fixed number of statements whatever their number."""
        raise NotImplementedError


class OutgoingMailOutbox(Outbox):
    model = OutgoingMail

    def compose(self, ids: Sequence[int]) -> Iterator[Parcel]:
        sender = plain_sender()
        for row in OutgoingMail.objects.filter(pk__in=ids).order_by("pk"):
            yield Parcel(row.pk, row.to, sender, partial(_letter, row))


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
