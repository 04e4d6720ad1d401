"""Links in mails: a token proves the mailbox. Nothing is stored; a token is its content and an HMAC over it.

Each purpose has a key of its own, so a token of one is refused by the others. It carries the public id and the epoch
of its row and the moment of issue: a new epoch revokes it, and so does its age.
"""

import binascii
import hashlib
import hmac
import struct
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

TAG = 16  # bytes of the HMAC: 128 bit
_SHAPE = struct.Struct(">16sII")  # public id, epoch, issued at (unix seconds)


class LinkBroken(ValueError):
    """Not a token of ours for this purpose, or altered."""


class LinkExpired(LinkBroken):
    """Once valid: too old, revoked by a new epoch, or its row is gone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a valid token says."""

    public_id: uuid.UUID
    epoch: int
    issued_at: datetime


def token_for(purpose: str, public_id: uuid.UUID, epoch: int, *, at: datetime | None = None) -> str:
    issued = int((at or datetime.now(UTC)).timestamp())
    content = _SHAPE.pack(public_id.bytes, epoch, issued)
    return urlsafe_b64encode(content + _tag(purpose, content)).rstrip(b"=").decode("ascii")


def read_token(purpose: str, token: str, *, lifetime: timedelta, now: datetime) -> Claim:
    """What the token says, without a look into the database. Raises LinkBroken or LinkExpired."""
    content, tag = _split(token)
    if not hmac.compare_digest(_tag(purpose, content), tag):
        raise LinkBroken
    public_id, epoch, issued = _SHAPE.unpack(content)
    issued_at = datetime.fromtimestamp(issued, UTC)
    if issued_at + lifetime < now:
        raise LinkExpired
    return Claim(uuid.UUID(bytes=public_id), epoch, issued_at)


def _tag(purpose: str, content: bytes) -> bytes:
    key = hashlib.sha256(f"links {purpose} {settings.SECRET_KEY}".encode()).digest()
    return hmac.digest(key, content, "sha256")[:TAG]


def _split(token: str) -> tuple[bytes, bytes]:
    """Only the one canonical spelling of a token is read."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise LinkBroken from error
    if len(raw) != _SHAPE.size + TAG or urlsafe_b64encode(raw).rstrip(b"=") != token.encode("ascii"):
        raise LinkBroken
    return raw[: _SHAPE.size], raw[_SHAPE.size :]
