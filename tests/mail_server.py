"""A real SMTP server in the test's process, which can also be slow, refuse and cut off."""

import email
import email.policy
import logging
import socket
import threading
import time
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)  # else every command of every mail is a line


class Inbox:
    """What the server took, and how it behaves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: list[tuple[str, bytes]] = []
        self.refuse: dict[str, str] = {}  # recipient -> answer
        self.refuse_senders = ""  # the answer to every MAIL FROM
        self.cut_after_data = 0  # how many of the next messages are taken and then cut off without an answer
        self.delay = 0.0  # seconds a message

    @property
    def messages(self) -> list[EmailMessage]:
        with self._lock:
            return [email.message_from_bytes(raw, policy=email.policy.default) for _, raw in self._taken]

    def __len__(self) -> int:
        return len(self._taken)

    @property
    def message_ids(self) -> list[str]:
        """Without reading the messages, which takes a while for thousands."""
        with self._lock:
            return [raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode() for _, raw in self._taken]

    @property
    def recipients(self) -> list[str]:
        with self._lock:
            return [to for to, _ in self._taken]

    def clear(self) -> None:
        with self._lock:
            self._taken.clear()
        self.refuse.clear()
        self.refuse_senders = ""
        self.cut_after_data, self.delay = 0, 0.0

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if self.refuse_senders:
            return self.refuse_senders
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.delay:
            time.sleep(self.delay)  # the server has one connection at a time in these tests
        with self._lock:
            self._taken += [(to, envelope.original_content) for to in envelope.rcpt_tos]
        if self.cut_after_data:
            self.cut_after_data -= 1
            server.transport.abort()
        return "250 OK"


class MailServer:
    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.inbox = Inbox()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller = Controller(self.inbox, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None
