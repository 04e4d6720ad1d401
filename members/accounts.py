"""How allauth behaves here: accounts by invitation, links from the setting, limits that lock nobody out."""

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from members.limits import count_up, give_back, network_of
from members.models import User
from members.single_sign_on import after_login

# A device on which somebody has logged in is counted by itself (OWASP: device cookies), so that strangers who try
# passwords of an address shut out strangers, never its owner. Only the pages of accounts get to see the cookie.
DEVICE_COOKIE = "__Secure-geraet" if settings.HTTPS else "geraet"
DEVICE_DAYS = 180
TRIES_OF_ADDRESS = TRIES_OF_DEVICE = 10  # wrong passwords an hour
TRIES_OF_NETWORK = 100
MAILS_TO_ADDRESS = 5  # an hour, each kind


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given by invitation; registering oneself is closed and its page says how to get one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # links

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _at_our_address(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        return _at_our_address(super().get_email_confirmation_url(request, emailconfirmation))

    # limits

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at, so that many at once are counted too."""
        self._counted = tries_of(request, credentials.get("email") or "")
        over = [count_up(purpose, whom) > most for purpose, whom, most in self._counted]  # all of them are counted
        if any(over):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if user:
            for purpose, whom, _ in self._counted:
                give_back(purpose, whom)
        return user

    def should_send_confirmation_mail(self, request: HttpRequest, email_address: EmailAddress, signup: bool) -> bool:
        return count_up("confirmation", email_address.email.lower()) <= MAILS_TO_ADDRESS

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A stranger may ask for somebody's reset again and again; the answer stays the same, the mails end."""
        if template_prefix in ASKED_BY_ANYBODY and count_up("reset mail", email.lower()) > MAILS_TO_ADDRESS:
            return
        super().send_mail(template_prefix, email, context)

    # sessions

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if through_provider := (kwargs.get("signal_kwargs") or {}).get("sociallogin"):
            after_login(request, through_provider)
        remember_device(request, response, user.email)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Of a session its network is kept, which is enough to know it again."""
        return network_of(request).partition("/")[0].replace("unknown", "0.0.0.0")  # noqa: S104

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Whoever has a second factor shows it: a password alone must not be enough to add or remove one."""
        methods = super().get_reauthentication_methods(user)
        return [one for one in methods if one["id"] != "reauthenticate"] or methods


ASKED_BY_ANYBODY = {"account/email/password_reset_key", "account/email/unknown_account"}


def tries_of(request: HttpRequest, address: str) -> list[tuple[str, str, int]]:
    """(purpose, whom, how many an hour) that a try to log in counts against."""
    device = known_device(request, address)
    own = ("login device", device, TRIES_OF_DEVICE) if device else ("login", address.lower(), TRIES_OF_ADDRESS)
    return [own, ("login network", network_of(request), TRIES_OF_NETWORK)]


def remember_device(request: HttpRequest, response: HttpResponse, address: str) -> None:
    device = known_device(request, address) or secrets.token_urlsafe(12)
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([_fingerprint(address), device], salt="device"),
        max_age=DEVICE_DAYS * 86400,
        path="/konto/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def known_device(request: HttpRequest, address: str) -> str:
    """The number of this device, if the account of this address logged in on it before; else nothing."""
    try:
        whose, device = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt="device", max_age=DEVICE_DAYS * 86400
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return device if hmac.compare_digest(whose, _fingerprint(address)) else ""


def _fingerprint(address: str) -> str:
    key = f"device {settings.SECRET_KEY}".encode()
    return hmac.new(key, address.lower().encode(), hashlib.sha256).hexdigest()[:32]


def _at_our_address(url: str) -> str:
    """Links in mails are built from the setting: whoever asks for one may have sent any Host header."""
    return settings.SITE_URL + urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))


def has_account(address: str) -> bool:
    """Whether an account uses this address; its mails are then the account's and not only the subscriber's."""
    return User.objects.filter(email__iexact=address).exists() or (
        EmailAddress.objects.filter(email__iexact=address).exists()
    )
