from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from members.models import OutgoingMail


class OutgoingMailBackend(BaseEmailBackend):
    """Django's mail goes into rows: it commits or rolls back with what caused it, and is sent by the loop.

    An answer takes the same time whether a mail is sent or not, so nobody learns which addresses are known.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [
            OutgoingMail(
                to=recipient,
                subject=" ".join(message.subject.split()),
                text=str(message.body),
                html=next((c for c, kind in getattr(message, "alternatives", ()) if kind == "text/html"), ""),
                purpose="account",
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        with transaction.atomic():
            OutgoingMail.objects.bulk_create(rows)
        return len(email_messages)
