"""A body that is encoded once for many mails, with holes for what differs from person to person.

Encoding and rendering cost more than the socket: a mail of the same news is put together from finished pieces.
"""

import re
import secrets
from collections.abc import Mapping, Sequence

from django.utils.html import escape

from members.mail.letters import part_head, quoted_printable

Pieces = list[bytes | str]  # bytes stand as they are, a str is the name of a hole
_SOFT = b"=\r\n"  # a break that the reader's program takes out again (RFC 2045 6.7)


class Stencil:
    """Plain text with an HTML alternative. In HTML a value is escaped."""

    def __init__(self, text: str, html: str, holes: Sequence[str]) -> None:
        boundary = b"b-" + secrets.token_hex(16).encode("ascii")
        self._head = b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n--' + boundary + b"\r\n"
        self._head += part_head("text/plain")
        self._middle = b"\r\n--" + boundary + b"\r\n" + part_head("text/html")
        self._end = b"\r\n--" + boundary + b"--\r\n"
        self._text, self._html = _cut(text, holes), _cut(html, holes)

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The whole body, its Content-Type line included."""
        plain = {name: quoted_printable(value) for name, value in values.items()}
        marked = {name: quoted_printable(escape(value)) for name, value in values.items()}
        text = _filled(self._text, plain)
        return b"".join((self._head, text, self._middle, _filled(self._html, marked), self._end))


def _cut(body: str, holes: Sequence[str]) -> Pieces:
    parts = re.split("(" + "|".join(re.escape(hole) for hole in holes) + ")", body) if holes else [body]
    return [part if part in holes else quoted_printable(part) for part in parts]


def _filled(pieces: Pieces, values: Mapping[str, bytes]) -> bytes:
    """Soft breaks around each value, so that no line grows beyond what the encoding allows."""
    return b"".join(piece if isinstance(piece, bytes) else _SOFT + values[piece] + _SOFT for piece in pieces)
