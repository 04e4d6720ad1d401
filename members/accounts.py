from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given by invitation; registering oneself is closed and its page says how to get one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
