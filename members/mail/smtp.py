"""One SMTP connection to the relay, pipelined (RFC 2920) where the server offers it.

The envelope of a mail travels while the mail is being written and its turn is noted in the database; its content
goes only after that. What went wrong is told apart: the server, this mail, or nobody knows.
"""

import smtplib
import socket
import threading
import time
from typing import Any

from django.conf import settings

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 60.0
ACCEPT_SECONDS = 120.0  # for the last answer: to hang up earlier doubles mails at a slow server (RFC 5321 4.5.3.2.6)
LAST_SECONDS = 15.0  # after somebody asked us to stop
SLICE = 1.0  # how often a wait looks whether to stop
LONGEST_REPLY = 64 * 1024  # bytes


class ServerGone(Exception):
    """The mail server cannot be reached or speaks to nobody; the rows wait, none is to blame."""


class Broken(Exception):
    """The connection ended, or the sender was refused, before any content was sent: nothing has been delivered."""


class Interrupted(Exception):
    """The connection ended while content was on its way: nobody knows whether this mail was taken."""


class Refused(Exception):
    """The server's word on this very mail."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code

    @property
    def is_permanent(self) -> bool:
        return self.code >= 500


def _path(address: str) -> bytes:
    """An address as it stands in MAIL and RCPT. Raises ValueError for one that SMTP cannot carry."""
    local, _, domain = address.rpartition("@")
    plain = (local.encode("ascii") + b"@" if local else b"") + domain.encode("idna")
    if any(byte <= 0x20 or byte in b"<>\x7f" for byte in plain):
        raise ValueError("an address holds a character that SMTP cannot carry")
    return plain


def quoted(content: bytes) -> bytes:
    """With the dots of RFC 5321 4.5.2 and the line that ends the content."""
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..") + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


class Wire:
    """One connection. `offer` an envelope, then `hand_over` its content."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._socket, self._pipelining = _dial()
        self._unread = b""
        self._commands: list[bytes] = []

    def offer(self, sender: str, to: str) -> None:
        """Send the envelope, or its first line; the answers are read by hand_over. Raises ValueError, Broken."""
        self._commands = [b"MAIL FROM:<%s>\r\n" % (_path(sender) if sender else b""), b"RCPT TO:<%s>\r\n" % _path(to)]
        self._commands.append(b"DATA\r\n")
        self._send(b"".join(self._commands) if self._pipelining else self._commands[0], Broken)

    def hand_over(self, content: bytes) -> None:
        """The content, once the envelope is taken. Raises Refused, Broken or Interrupted; else it was accepted."""
        self._read_envelope()
        self._send(quoted(content), Interrupted)
        code, text = self._reply(ACCEPT_SECONDS, Interrupted)
        if code == 421:
            raise Interrupted(f"{code} {text}")
        if code // 100 != 2:
            raise Refused(code, text)

    def _read_envelope(self) -> None:
        answers: list[tuple[int, str]] = []
        for number, command in enumerate(self._commands):
            if number and not self._pipelining:
                if answers[-1][0] >= 400:
                    break
                self._send(command, Broken)
            answers.append(self._reply(REPLY_SECONDS, Broken))
            if answers[-1][0] == 421:
                raise Broken("421 " + answers[-1][1])
        refusal = next(((n, code, text) for n, (code, text) in enumerate(answers) if code >= 400), None)
        if refusal is None:
            return
        self._leave_transaction(answers)
        number, code, text = refusal
        raise Broken(f"{code} {text}") if number == 0 else Refused(code, text)

    def _leave_transaction(self, answers: list[tuple[int, str]]) -> None:
        """Fit for the next envelope. A server that would take content nobody may read gets none (RFC 2920 3.1)."""
        if len(answers) == 3 and answers[2][0] == 354:
            self._send(b".\r\n", Broken)
            self._reply(REPLY_SECONDS, Broken)
        self._send(b"RSET\r\n", Broken)
        if self._reply(REPLY_SECONDS, Broken)[0] != 250:
            raise Broken("RSET")

    def hang_up(self, *, politely: bool = True) -> None:
        try:
            if politely:
                self._socket.settimeout(SLICE)
                self._socket.sendall(b"QUIT\r\n")
                self._socket.recv(512)
        except OSError:
            pass
        finally:
            self._socket.close()

    def _send(self, data: bytes, failure: type[Exception]) -> None:
        try:
            self._socket.settimeout(REPLY_SECONDS)
            self._socket.sendall(data)
        except OSError as error:
            raise failure(f"{type(error).__name__}: {error}") from error

    def _reply(self, seconds: float, failure: type[Exception]) -> tuple[int, str]:
        """One reply, its lines joined. A wait ends early when somebody asked us to stop."""
        text: list[str] = []
        end = time.monotonic() + seconds
        while True:
            line = self._line(end, failure)
            if not line[:3].isdigit():
                raise failure(f"no SMTP: {line[:60]!r}")
            text.append(line[4:].decode("utf-8", "replace").strip())
            if line[3:4] != b"-":
                return int(line[:3]), " ".join(text)[:400]

    def _line(self, end: float, failure: type[Exception]) -> bytes:
        while b"\n" not in self._unread:
            more = self._receive(end, failure)
            if not more or len(self._unread) > LONGEST_REPLY:
                raise failure("the server hung up")
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _receive(self, end: float, failure: type[Exception]) -> bytes:
        self._socket.settimeout(SLICE)
        while True:
            try:
                return self._socket.recv(8192)
            except TimeoutError as error:
                now = time.monotonic()
                if self._stopping.is_set():
                    end = min(end, now + LAST_SECONDS) if end - now > LAST_SECONDS else end
                if now >= end:
                    raise failure("no answer in time") from error
            except OSError as error:
                raise failure(f"{type(error).__name__}: {error}") from error


def _dial() -> tuple[socket.socket, bool]:
    """Greeting, TLS and login by the standard library; afterwards the socket is ours. Raises ServerGone."""
    server: dict[str, Any] = settings.SMTP
    kind = smtplib.SMTP_SSL if server.get("EMAIL_USE_SSL") else smtplib.SMTP
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
    try:
        smtp = kind(server["EMAIL_HOST"], server["EMAIL_PORT"] or 0, local_hostname=host, timeout=CONNECT_SECONDS)
        if server.get("EMAIL_USE_TLS"):
            smtp.starttls()
        if server.get("EMAIL_HOST_USER"):
            smtp.login(server["EMAIL_HOST_USER"], server["EMAIL_HOST_PASSWORD"])
        smtp.ehlo_or_helo_if_needed()
        if smtp.sock is None:
            raise ServerGone("the server hung up")
        _tune(smtp.sock)
    except (OSError, smtplib.SMTPException) as error:
        raise ServerGone(str(error)) from error
    return smtp.sock, smtp.has_extn("pipelining")


def _tune(connection: socket.socket) -> None:
    """Small writes go at once, and a machine that vanished is noticed within 40 seconds."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 20), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):  # Linux
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
