"""allauth's pages with our limits and rules; what it lacks stands here: a passkey login that no GET begins."""

from typing import Any

from allauth.account import views as accounts
from allauth.mfa.base.views import IndexView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from members.limits import account_of, limited
from members.second_factor import has_factor, is_factor_missing, note_factor

ASKS_PER_HOUR = 60  # of a network: forms that write a mail or begin a login
CHANGES_PER_HOUR = 60  # of an account

signup_closed = never_cache(accounts.signup)
login = never_cache(accounts.login)
password_reset = limited("reset", per_hour=ASKS_PER_HOUR)(accounts.password_reset)
password_reset_from_key = limited("reset key", per_hour=ASKS_PER_HOUR)(accounts.password_reset_from_key)
password_change = limited("password", per_hour=CHANGES_PER_HOUR, by=account_of)(accounts.password_change)
email = limited("email", per_hour=CHANGES_PER_HOUR, by=account_of)(accounts.email)


class _NotesTheFirst:
    """Who sets up the first second factor has shown it; a further one proves nothing about this session."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        is_first = not has_factor(self.request.user)
        response = super().form_valid(form)
        if is_first:
            note_factor(self.request)
        return response


@method_decorator(login_required, name="dispatch")
class ActivateCodes(_NotesTheFirst, ActivateTOTPView):
    pass


@method_decorator(login_required, name="dispatch")
class AddPasskey(_NotesTheFirst, AddWebAuthnView):
    pass


class PasskeyLogin(LoginWebAuthnView):
    """The first POST asks for a challenge, the second one answers it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("account_login")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "credential" in request.POST:
            return super().post(request, *args, **kwargs)
        return JsonResponse({"request_options": begin_authentication(user=None)})


class Factors(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        missing = self.request.user.is_staff and is_factor_missing(self.request)
        return super().get_context_data(**kwargs) | {"FACTOR_MISSING": missing}


factors = never_cache(Factors.as_view())
activate_codes = ActivateCodes.as_view()
add_passkey = AddPasskey.as_view()
passkey_login = limited("passkey", per_hour=4 * ASKS_PER_HOUR)(never_cache(PasskeyLogin.as_view()))
