"""The second factor: passkeys and codes of an app, and whether this very session has shown one."""

import base64
import hashlib
import time
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from members.models import User

SHOWN = "second_factor_at"  # in the session: when it was set up here, or the identity provider vouched for it
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets are stored encrypted; names and addresses come from the settings, never from the request."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "GovTech-Lösungskatalog"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"


def _box() -> MultiFernet:
    """The first key writes, all of them read: SECRET_KEY may change as long as the old one is a fallback."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (hashlib.sha256(f"second factor {secret}".encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def has_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def has_shown_factor(request: HttpRequest) -> bool:
    """In this session, not merely some time: an old session on another device has not."""
    records = get_authentication_records(request, request.user)
    return SHOWN in request.session or any(record.get("method") == "mfa" for record in records)


def note_factor(request: HttpRequest) -> None:
    request.session[SHOWN] = time.time()


def is_factor_missing(request: HttpRequest) -> bool:
    """Whether this person of the campus team may not go on before the second factor was shown."""
    return settings.STAFF_MFA and not has_shown_factor(request)


def where_to_show_it(request: HttpRequest, then: str) -> str:
    """The page that asks for the factor, or the one that sets it up."""
    if not has_factor(request.user):
        return reverse("mfa_index")
    types = Authenticator.objects.filter(user=request.user).values_list("type", flat=True)
    page = "mfa_reauthenticate" if Authenticator.Type.TOTP in types else "mfa_reauthenticate_webauthn"
    return f"{reverse(page)}?{urlencode({'next': then})}"
