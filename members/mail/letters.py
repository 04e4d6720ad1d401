"""A letter as bytes. Built by hand: the standard library's policy costs more than the socket (quality.md)."""

import binascii
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from django.conf import settings


@lru_cache(maxsize=8)
def _split(sender: str) -> tuple[str, str]:
    """The address alone, and the From header: the library's way costs more than a mail may."""
    name, address = parseaddr(sender)
    return address, formataddr((name, address), "utf-8")


def plain_sender() -> str:
    """The address of DEFAULT_FROM_EMAIL without its name."""
    return _split(settings.DEFAULT_FROM_EMAIL)[0]


@lru_cache(maxsize=512)
def _header(value: str) -> str:
    """RFC 2047 where needed; a line break in a value is refused, so nothing can be smuggled in."""
    if "\r" in value or "\n" in value:
        raise ValueError("a header value holds a line break")
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=74).encode(linesep="\r\n")


def quoted_printable(body: str) -> bytes:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8")
    return binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def part_head(content_type: str) -> bytes:
    head = f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode("ascii")


def _part(content_type: str, body: str) -> bytes:
    return part_head(content_type) + quoted_printable(body)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, plain text with an HTML alternative; `key` makes its fixed Message-ID."""

    to: str
    subject: str
    key: str
    sender: str
    text: str = ""
    html: str = ""
    body: bytes = b""  # finished, in place of text and html (stencils.py)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def message_id(self) -> str:
        return f"<{self.key}@{_split(self.sender)[0].partition('@')[2]}>"

    def as_bytes(self, date: datetime) -> bytes:
        """The message of RFC 5322. Raises ValueError when a header would hold a line break."""
        head = {
            "From": _split(self.sender)[1],
            "To": _header(self.to),
            "Subject": _header(self.subject),
            "Date": format_datetime(date),
            "Message-ID": self.message_id,
            "MIME-Version": "1.0",
            **{name: _header(value) for name, value in self.headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode("ascii")
        if self.body:
            return lines + self.body
        if not self.html:
            return lines + _part("text/plain", self.text)
        boundary = f"b-{self.key}".encode("ascii")
        return b"".join(
            (
                lines,
                b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n',
                b"--" + boundary + b"\r\n" + _part("text/plain", self.text),
                b"\r\n--" + boundary + b"\r\n" + _part("text/html", self.html),
                b"\r\n--" + boundary + b"--\r\n",
            )
        )
