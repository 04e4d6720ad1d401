from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from django.conf import settings
from django.http import HttpRequest

from members.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given by invitation; registering oneself is closed and its page says how to get one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _at_our_address(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        return _at_our_address(super().get_email_confirmation_url(request, emailconfirmation))


def _at_our_address(url: str) -> str:
    """Links in mails are built from the setting: whoever asks for one may have sent any Host header."""
    return settings.SITE_URL + urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))


def has_account(address: str) -> bool:
    """Whether an account uses this address; its mails are then the account's and not only the subscriber's."""
    return User.objects.filter(email__iexact=address).exists() or (
        EmailAddress.objects.filter(email__iexact=address).exists()
    )
