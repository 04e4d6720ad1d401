"""Links in mails: a token proves the mailbox. Nothing is stored; a token is its content and an HMAC over it.

Each purpose has a key of its own, so a token of one is refused by the others. Confirm and manage carry the
subscriber's epoch and the moment of issue: a new epoch revokes them. Unsubscribe carries neither and accepts old
secrets (SECRET_KEY_FALLBACKS), because a mail of years ago must still let its reader go (RFC 8058).
"""

import binascii
import hashlib
import hmac
import struct
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from django.conf import settings
from django.urls import reverse

from subscriptions.models import Subscriber

Purpose = Literal["confirm", "manage", "move", "unsubscribe"]
LIFETIMES: dict[Purpose, timedelta | None] = {
    "confirm": timedelta(days=7),
    "manage": timedelta(days=30),
    "move": timedelta(days=7),  # to another address, which the token names by its digest
    "unsubscribe": None,
}
TAG = 16  # bytes of the HMAC: 128 bit
_DATED = struct.Struct(">16sII")  # public id, epoch, issued at (unix seconds)
_UNDATED = struct.Struct(">16s")
_SHAPES: dict[Purpose, struct.Struct] = {"unsubscribe": _UNDATED, "move": struct.Struct(">16sII16s")}


class LinkBroken(ValueError):
    """Not a token of ours for this purpose, or altered."""


class LinkExpired(LinkBroken):
    """Once valid: too old, revoked by a new epoch, or its subscriber has left."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a valid token says."""

    public_id: uuid.UUID
    epoch: int | None
    issued_at: datetime | None
    address: bytes = b""  # digest of the one that a move leads to


@lru_cache(maxsize=32)
def _key(purpose: Purpose, secret: str) -> bytes:
    return hashlib.sha256(f"subscriptions.links {purpose} {secret}".encode()).digest()


def _secrets(purpose: Purpose) -> list[str]:
    return [settings.SECRET_KEY, *(settings.SECRET_KEY_FALLBACKS if purpose == "unsubscribe" else ())]


def _token(purpose: Purpose, content: bytes) -> str:
    tag = hmac.digest(_key(purpose, settings.SECRET_KEY), content, "sha256")[:TAG]
    return urlsafe_b64encode(content + tag).rstrip(b"=").decode("ascii")


def _dated_token(purpose: Purpose, subscriber: Subscriber, at: datetime | None) -> str:
    issued = int((at or datetime.now(UTC)).timestamp())
    return _token(purpose, _DATED.pack(subscriber.public_id.bytes, subscriber.epoch, issued))


@lru_cache(maxsize=8)
def _address(name: str) -> str:
    """With a place for the token: a mail to everybody asks for it thousands of times."""
    return reverse(name, args=["TOKEN"]).replace("TOKEN", "%s")


def confirm_url(subscriber: Subscriber, *, at: datetime | None = None) -> str:
    """Leads to everything of this subscriber that waits to be confirmed; valid for 7 days from `at` (now)."""
    return settings.SITE_URL + reverse("subscription_confirm", args=[_dated_token("confirm", subscriber, at)])


def manage_path(subscriber: Subscriber, *, at: datetime | None = None) -> str:
    return _address("subscription_manage") % _dated_token("manage", subscriber, at)


def preview_path(subscriber: Subscriber, *, at: datetime | None = None) -> str:
    return reverse("subscription_preview", args=[_dated_token("manage", subscriber, at)])


def manage_url(subscriber: Subscriber, *, at: datetime | None = None) -> str:
    """Valid for 30 days from `at` (now)."""
    return settings.SITE_URL + manage_path(subscriber, at=at)


def move_url(subscriber: Subscriber, address: str, *, at: datetime | None = None) -> str:
    """Proves the new mailbox: valid for 7 days, and only while this address is the one that is wanted."""
    issued = int((at or datetime.now(UTC)).timestamp())
    content = _SHAPES["move"].pack(subscriber.public_id.bytes, subscriber.epoch, issued, _digest(address))
    return settings.SITE_URL + reverse("subscription_move", args=[_token("move", content)])


def unsubscribe_path(subscriber: Subscriber) -> str:
    return _address("subscription_unsubscribe") % _token("unsubscribe", _UNDATED.pack(subscriber.public_id.bytes))


def unsubscribe_url(subscriber: Subscriber) -> str:
    """Valid for ever; the same address goes into the mail and into its List-Unsubscribe header."""
    return settings.SITE_URL + unsubscribe_path(subscriber)


def read_token(purpose: Purpose, token: str, *, now: datetime) -> Claim:
    """What the token says, without a look into the database. Raises LinkBroken or LinkExpired."""
    shape = _SHAPES.get(purpose, _DATED)
    content, tag = _split(token, shape.size)
    # every secret is tried, whichever fits: the time tells nothing
    fits = [
        hmac.compare_digest(hmac.digest(_key(purpose, secret), content, "sha256")[:TAG], tag)
        for secret in _secrets(purpose)
    ]
    if not any(fits):
        raise LinkBroken
    if purpose == "unsubscribe":
        return Claim(uuid.UUID(bytes=content), None, None)
    public_id, epoch, issued, *address = shape.unpack(content)
    issued_at = datetime.fromtimestamp(issued, UTC)
    lifetime = LIFETIMES[purpose]
    if lifetime is not None and issued_at + lifetime < now:
        raise LinkExpired
    return Claim(uuid.UUID(bytes=public_id), epoch, issued_at, *address)


def find_subscriber(purpose: Purpose, token: str, *, now: datetime) -> Subscriber:
    """The subscriber of a valid link. Raises LinkBroken, or LinkExpired when too old, revoked or left."""
    claim = read_token(purpose, token, now=now)
    subscriber = Subscriber.objects.filter(public_id=claim.public_id).first()
    if subscriber is None or claim.epoch not in (None, subscriber.epoch):
        raise LinkExpired
    if purpose == "move" and claim.address != _digest(subscriber.new_email):
        raise LinkExpired
    return subscriber


def _digest(address: str) -> bytes:
    return hashlib.sha256(address.encode()).digest()[:16]


def _split(token: str, size: int) -> tuple[bytes, bytes]:
    """Only the one canonical spelling of a token is read."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise LinkBroken from error
    if len(raw) != size + TAG or urlsafe_b64encode(raw).rstrip(b"=") != token.encode("ascii"):
        raise LinkBroken
    return raw[:size], raw[size:]
