"""The one loop that claims due rows, sends them over one connection and marks each.

Nothing lost: a row leaves the queue only after the server's 250. At most one mail doubles for each crash:
the one between that 250 and its mark, and it carries the same Message-ID.
"""

import logging
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from members.mail import claims
from members.mail.letters import Letter
from members.mail.outbox import Outbox

logger = logging.getLogger(__name__)
BATCH = 200
RUN_SECONDS = 10.0  # a run ends by itself, so that an orderly restart never waits long
SMTP_TIMEOUT = 20.0
_stopping = threading.Event()


def stop_delivering() -> None:
    """Let the run in progress end after the mail in hand (orderly shutdown)."""
    _stopping.set()


@dataclass
class DeliveryReport:
    sent: int = 0
    retried: int = 0
    given_up: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.retried + self.given_up


class ServerGone(Exception):
    """The mail server cannot be reached; the rows wait, none is to blame."""


class Postman:
    """One SMTP connection, opened when the first letter goes and again after it broke."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Postman":
        return self

    def __exit__(self, *exc: object) -> None:
        self.hang_up()

    def connect(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _connect()
        return self._smtp

    def send(self, letter: Letter) -> None:
        self.connect().sendmail(letter.envelope_from, [letter.to], letter.as_bytes(timezone.now()))

    def check(self) -> None:
        """After an error: a connection that is not fit for the next letter is closed."""
        try:
            fit = self._smtp is not None and self._smtp.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            fit = False
        if not fit:
            self.hang_up()

    def hang_up(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
            self._smtp = None


def _connect() -> smtplib.SMTP:
    server = settings.SMTP
    kind = smtplib.SMTP_SSL if server.get("EMAIL_USE_SSL") else smtplib.SMTP
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
    try:
        smtp = kind(server["EMAIL_HOST"], server["EMAIL_PORT"] or 0, local_hostname=host, timeout=SMTP_TIMEOUT)
        if server.get("EMAIL_USE_TLS"):
            smtp.starttls()
        if server.get("EMAIL_HOST_USER"):
            smtp.login(server["EMAIL_HOST_USER"], server["EMAIL_HOST_PASSWORD"])
    except (OSError, smtplib.SMTPException) as error:
        raise ServerGone(str(error)) from error
    return smtp


def deliver(outbox: Outbox, *, seconds: float = RUN_SECONDS) -> DeliveryReport:
    """Send what is due in this outbox, for at most `seconds`; safe to run in any number of processes."""
    report = DeliveryReport()
    end = time.monotonic() + seconds
    with Postman() as postman, claims.sender_session() as sender:
        try:
            while not _stopping.is_set() and time.monotonic() < end:
                ids = claims.claim(outbox.model, outbox.only, sender, BATCH)
                if not ids:
                    break
                postman.connect()
                _send_batch(outbox, postman, ids, sender, end, report)
        except ServerGone as error:
            logger.warning("Der Mailserver ist nicht erreichbar: %s", error)
        finally:
            claims.release(outbox.model, sender)
    return report


def _send_batch(
    outbox: Outbox, postman: Postman, ids: list[int], sender: int, end: float, report: DeliveryReport
) -> None:
    for row_id, write in outbox.compose(ids):
        if _stopping.is_set() or time.monotonic() > end:
            return
        if claims.begin(outbox.model, row_id, sender):
            _send_one(outbox, postman, row_id, write, report)


def _send_one(
    outbox: Outbox, postman: Postman, row_id: int, write: Callable[[], Letter], report: DeliveryReport
) -> None:
    try:
        postman.send(write())
    except ServerGone:
        raise
    except Exception as error:  # whatever is wrong with this mail, the others go on
        permanent = is_permanent(error)
        logger.warning("Mail %s %s ging nicht hinaus: %s", outbox.model.__name__, row_id, type(error).__name__)
        claims.mark_error(outbox.model, row_id, _in_words(error), permanent=permanent)
        report.given_up += permanent
        report.retried += not permanent
        if isinstance(error, OSError):  # smtplib's exceptions are OSErrors; a broken socket is opened anew
            postman.check()
        return
    with transaction.atomic():
        claims.mark_sent(outbox.model, row_id)
        outbox.sent(row_id)
    report.sent += 1


def is_permanent(error: Exception) -> bool:
    """Whether this very mail can never be delivered: 5xx for its recipient or content, or it cannot be built."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)  # UnicodeError is one: an address that SMTP cannot carry


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    return f"{type(error).__name__}: {error}"
