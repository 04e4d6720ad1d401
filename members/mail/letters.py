"""A letter as bytes. Built by hand: the standard library's policy costs more than the socket (quality.md)."""

import binascii
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr


def _header(value: str) -> str:
    """RFC 2047 where needed; a line break in a value is refused, so nothing can be smuggled in."""
    if "\r" in value or "\n" in value:
        raise ValueError("a header value holds a line break")
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=74).encode(linesep="\r\n")


def _part(content_type: str, body: str) -> bytes:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8")
    quoted = binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")
    head = f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode("ascii") + quoted


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, plain text with an HTML alternative; `key` makes its fixed Message-ID."""

    to: str
    subject: str
    text: str
    key: str
    sender: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def envelope_from(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def message_id(self) -> str:
        return f"<{self.key}@{self.envelope_from.partition('@')[2]}>"

    def as_bytes(self, date: datetime) -> bytes:
        """The message of RFC 5322. Raises ValueError when a header would hold a line break."""
        name, address = parseaddr(self.sender)
        head = {
            "From": formataddr((name, address), "utf-8"),
            "To": _header(self.to),
            "Subject": _header(self.subject),
            "Date": format_datetime(date),
            "Message-ID": self.message_id,
            "MIME-Version": "1.0",
            **{name: _header(value) for name, value in self.headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode("ascii")
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
