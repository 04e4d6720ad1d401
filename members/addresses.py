"""One spelling for one address, so that a mailbox is one subscriber however it is typed."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

LONGEST = 254  # characters, RFC 5321
_REFUSED = "Bitte geben Sie eine E-Mail-Adresse ein, zum Beispiel rathaus@musterstadt.example."


def plain_address(typed: str) -> str:
    """Trimmed, lower case, the domain as IDNA writes it: what a mail server can carry. Raises ValidationError."""
    local, _, domain = unicodedata.normalize("NFKC", typed[: 2 * LONGEST]).strip().lower().rpartition("@")
    try:
        address = f"{local}@{domain.rstrip('.').encode('idna').decode('ascii').lower()}"
    except UnicodeError as error:
        raise ValidationError(_REFUSED, code="invalid") from error
    # neither a quoted part nor a number in place of a domain: [127.0.0.1] is a machine of ours
    if not address.isascii() or set(address) & set('"[]') or len(typed) > LONGEST or len(address) > LONGEST:
        raise ValidationError(_REFUSED, code="invalid")
    EmailValidator(_REFUSED, allowlist=[])(address)
    return address
