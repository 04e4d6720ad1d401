"""The one loop that claims due rows, sends them over one connection and marks each.

Nothing lost: a row leaves the queue only after the server's 250. At most one mail doubles for each crash: the one
between that 250 and its mark, because the content of the next goes only after the mark is committed. It carries the
same Message-ID.
"""

import logging
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

from members.mail import claims
from members.mail.gate import is_open
from members.mail.outbox import Outbox, Parcel
from members.mail.pace import Pace, domain_of
from members.mail.smtp import Broken, Interrupted, Refused, ServerGone, Wire

logger = logging.getLogger(__name__)
BATCH = 200
RUN_SECONDS = 10.0  # a run ends by itself, so that mail which a person waits for never waits long
SICK = 3  # mails in succession that no connection survived: the server's fault, and no row's
DOMAIN_PAUSE = 20.0  # seconds

_stopping = threading.Event()
_alone = threading.Lock()  # one mail in flight a process, whatever thread asks
_accepted: list[tuple[Outbox, int]] = []  # taken by the server, and the database was away when it should be marked
_pace = Pace(settings.MAIL_DOMAIN_LIMIT)


def stop_delivering() -> None:
    """Let the run in progress end after the mail in hand (orderly shutdown)."""
    _stopping.set()


def is_stopping() -> bool:
    return _stopping.is_set()


@dataclass
class DeliveryReport:
    sent: int = 0
    retried: int = 0
    given_up: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.retried + self.given_up


def deliver(outbox: Outbox, *, seconds: float | None = None) -> DeliveryReport:
    """Send what is due in this outbox, for at most `seconds` (10); safe to run in any number of processes.

    Sends nothing while delivery is held (gate.py), or while another thread of this process is at it.
    """
    report = DeliveryReport()
    if not _alone.acquire(blocking=False):
        return report
    try:
        _mark_accepted()
        if is_open():
            with claims.sender_session() as sender:
                Run(outbox, sender, time.monotonic() + (RUN_SECONDS if seconds is None else seconds), report).go()
    finally:
        _alone.release()
    return report


def _mark_accepted() -> None:
    while _accepted:
        outbox, row_id = _accepted[0]
        claims.Turns(outbox.model, 0, outbox.also).take(done=row_id, begun=None)
        _accepted.pop(0)


def _written(parcel: Parcel) -> bytes | Exception:
    """The letter, or what is wrong with this one: the turn that was begun has to end first."""
    try:
        return parcel.write().as_bytes(timezone.now())
    except Exception as error:
        return error


class Run:
    """One claim-and-send run over one connection."""

    def __init__(self, outbox: Outbox, sender: int, end: float, report: DeliveryReport) -> None:
        self.outbox, self.sender, self.end, self.report = outbox, sender, end, report
        self.model = outbox.model
        self.turns = claims.Turns(outbox.model, sender, outbox.also)
        self.wire: Wire | None = None
        self.done: int | None = None  # accepted by the server and not yet marked
        self.begun = False  # whether the attempt at the mail in hand is counted
        self.suspects: list[int] = []  # rows whose envelope broke the connection, and no mail got through since
        self.cuts = 0

    def go(self) -> None:
        try:
            claims.give_up_poison(self.model, self.outbox.only)
            while not self._over() and (ids := claims.claim(self.model, self.outbox.only, self.sender, BATCH)):
                self.wire = self.wire or Wire(_stopping)
                self._batch(ids)
        except ServerGone as error:
            logger.warning("Der Mailserver ist nicht erreichbar: %s", error)
        finally:
            self._end()

    def _over(self) -> bool:
        return _stopping.is_set() or time.monotonic() > self.end

    def _batch(self, ids: list[int]) -> None:
        later: list[int] = []
        for parcel in self.outbox.compose(ids):
            if self._over():
                break
            if _pace.allows(domain_of(parcel.to)):
                self._one(parcel)
            else:
                later.append(parcel.row_id)
        self._mark_last()
        if later:
            claims.put_off(self.model, later, self.sender, DOMAIN_PAUSE)

    def _one(self, parcel: Parcel) -> None:
        begin, domain, self.begun = time.monotonic(), domain_of(parcel.to), False
        try:
            self._try(parcel)
        except ServerGone:
            if self.begun:
                self.suspects.append(parcel.row_id)
            raise
        except DatabaseError:
            raise
        except Refused as error:
            self._charge(parcel, str(error), permanent=error.is_permanent)
            if not error.is_permanent:
                _pace.refused(domain, time.monotonic() - begin)
        except (Broken, Interrupted) as error:
            self._server_failed(parcel, error)
        except Exception as error:  # whatever is wrong with this mail, the others go on
            self._drop()
            self._charge(parcel, f"{type(error).__name__}: {error}", permanent=isinstance(error, ValueError))
        else:
            _pace.sent(domain, time.monotonic() - begin)

    def _try(self, parcel: Parcel) -> None:
        try:
            self._send(parcel)
        except Broken:  # an idle connection may have been closed: once more on a fresh one
            self._drop()
            self._send(parcel)

    def _send(self, parcel: Parcel) -> None:
        """While the database notes the turn and the server looks at the envelope, the letter is written."""
        self.wire = self.wire or Wire(_stopping)
        self.wire.offer(parcel.bounces_to, parcel.to)
        if self.begun:
            content: bytes | Exception = _written(parcel)
        else:
            self.turns.begin(done=self.done, begun=parcel.row_id)
            content = _written(parcel)
            self.begun = self._turned(parcel.row_id)
            if isinstance(content, DatabaseError):  # it had to ask the database, which was busy with the turn
                content = _written(parcel)
        if not self.begun:
            self._drop()  # the row has gone or is held back meanwhile: its envelope leads nowhere
            return
        if isinstance(content, Exception):
            raise content
        self.wire.hand_over(content)
        self.done = parcel.row_id
        self.report.sent += 1
        self.suspects.clear()
        self.cuts = 0

    def _turned(self, begun: int | None) -> bool:
        """A deadlock with somebody who leaves is tried again."""
        try:
            found = self.turns.end()
        except OperationalError:
            if connection.in_atomic_block or not connection.is_usable():
                raise
            found = self.turns.take(done=self.done, begun=begun)
        self.done = None
        return found

    def _mark_last(self) -> None:
        if self.done is not None:
            self.turns.begin(done=self.done, begun=None)
            self._turned(None)

    def _charge(self, parcel: Parcel, error: str, *, permanent: bool) -> None:
        logger.warning("Mail %s %s ging nicht hinaus: %s", self.model.__name__, parcel.row_id, error[:80])
        claims.mark_error(self.model, parcel.row_id, error, permanent=permanent)
        self.report.given_up += permanent
        self.report.retried += not permanent

    def _server_failed(self, parcel: Parcel, error: Exception) -> None:
        """Cut in mid message counts as a try, for it may have arrived. Cut before counts only if others get through."""
        self._drop()
        self._charge(parcel, str(error), permanent=False)
        if isinstance(error, Interrupted):
            self.cuts += 1
        else:
            self.suspects.append(parcel.row_id)
        if self.cuts + len(self.suspects) >= SICK:
            raise ServerGone(str(error))

    def _drop(self) -> None:
        if self.wire is not None:
            self.wire.hang_up(politely=False)
            self.wire = None

    def _end(self) -> None:
        if self.wire is not None:
            self.wire.hang_up()
        try:
            self._mark_last()
            if self.suspects:
                claims.give_back(self.model, self.suspects)
            claims.release(self.model, self.sender)
        except DatabaseError:
            if self.done is not None:
                _accepted.append((self.outbox, self.done))
            raise
        _pace.forget_idle()
