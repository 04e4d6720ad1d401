"""A return address of its own for each recipient (VERP), so that a bounce says by itself whom it concerns.

`rueck+<token>@katalog.example`: the token is the recipient's public id and an HMAC over it, in lower case letters and
digits, because mail servers may change the case. A forged one is not read.
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from functools import lru_cache

from django.conf import settings

from members.mail.letters import plain_sender

TAG = 10  # bytes of the HMAC: 80 bit; a guess pauses one address and shows
TOKEN = 42  # characters


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"members.mail.verp {secret}".encode()).digest()


def return_address(public_id: uuid.UUID) -> str:
    """MAIL FROM of a mail to this recipient: its own where BOUNCE_ADDRESS is set, else that of all mails."""
    if not settings.BOUNCE_ADDRESS:
        return plain_sender()
    local, _, domain = settings.BOUNCE_ADDRESS.partition("@")
    content = public_id.bytes
    tag = hmac.digest(_key(settings.SECRET_KEY), content, "sha256")[:TAG]
    token = base64.b32encode(content + tag).decode("ascii").rstrip("=").lower()
    return f"{local}+{token}@{domain}"


def recipient_of(address: str) -> uuid.UUID | None:
    """Whose return address this is; None for one that we never gave out. Old secrets stay valid."""
    token = address.strip().strip("<>").partition("@")[0].rpartition("+")[2]
    if len(token) != TOKEN:
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-TOKEN % 8))
    except (binascii.Error, ValueError):
        return None
    content, tag = raw[:16], raw[16:]
    fits = [
        hmac.compare_digest(hmac.digest(_key(secret), content, "sha256")[:TAG], tag)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return uuid.UUID(bytes=content) if any(fits) else None
