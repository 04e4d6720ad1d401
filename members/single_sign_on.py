"""OpenID Connect: people of an authority log in with the account that they have there.

Nobody gets in merely by having an account somewhere. The address must be verified and of a configured domain; then
it finds an existing account, or a new one is made for whom an invitation waits or the provider names a role.
"""

from collections.abc import Iterable
from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from requests import RequestException

from members.actions import accept_waiting, prove_address, take_roles
from members.models import Invitation, User
from members.second_factor import note_factor

PROVIDER = "dienstkonto"  # its name in addresses and with linked accounts
ALGORITHMS = ["RS256", "PS256", "ES256"]  # never none, never a shared secret
LEEWAY = 30  # seconds that clocks may differ


class SingleSignOn(DefaultSocialAccountAdapter):
    """One provider, from the settings; its claims are believed for the configured domains alone."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list:
        """None is read from the database: whoever could write there could add a provider."""
        app = SocialApp(
            provider="openid_connect", provider_id=PROVIDER, name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT_ID, secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True},
        )  # fmt: skip
        fits = provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        return [app] if settings.OIDC_ISSUER and fits else []

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return is_of_configured_domain(email)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        email = verified_address(sociallogin)
        if not email or not is_of_configured_domain(email):
            return False
        waiting = Invitation.objects.open_at(timezone.now()).filter(email=email)
        return waiting.exists() or bool(mapped_roles(claims_of(sociallogin)))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Strangers are told so before anything is written. What the provider says of roles and of a second factor
        goes along in the state, which outlives the page that may ask for our own second factor.
        """
        connects = sociallogin.state.get("process") == "connect"
        if not (connects or sociallogin.is_existing or self.is_open_for_signup(request, sociallogin)):
            raise ImmediateHttpResponse(refused(request))
        claims = claims_of(sociallogin)
        sociallogin.state["roles"] = sorted(mapped_roles(claims))
        sociallogin.state["vouched"] = vouches_for_factor(claims)
        if sociallogin.is_existing and sociallogin._did_authenticate_by_email and sociallogin.user.is_active:
            prove_address(user=sociallogin.user, email=sociallogin._did_authenticate_by_email)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user = sociallogin.user
        user.email = (verified_address(sociallogin) or str(data.get("email") or "")).lower()
        user.name = str(data.get("name") or "")[:150]
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user = super().save_user(request, sociallogin, form)
        accept_waiting(by=user)
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("account_home")


def is_of_configured_domain(email: str) -> bool:
    return email.rpartition("@")[2].lower() in settings.OIDC_DOMAINS


def verified_address(login: SocialLogin) -> str:
    return next((one.email.lower() for one in login.email_addresses if one.verified is True), "")


def claims_of(login: SocialLogin) -> dict[str, Any]:
    return getattr(login, "claims", {})


def values_of(claims: dict[str, Any], path: str) -> list[str]:
    """A claim by its name; a dot leads into it, as in Keycloak's `realm_access.roles`."""
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    many = found if isinstance(found, list) else [found]
    return [one for one in many if isinstance(one, str)]


def mapped_roles(claims: dict[str, Any]) -> set[str]:
    """Of the claim what OIDC_ROLES knows: „Redaktion“, or „stadt-koblenz:editor“."""
    return {
        settings.OIDC_ROLES[one] for one in values_of(claims, settings.OIDC_ROLE_CLAIM) if one in settings.OIDC_ROLES
    }


def vouches_for_factor(claims: dict[str, Any]) -> bool:
    """`amr` lists methods (RFC 8176), `acr` names a level; which of them mean two factors is configured."""
    said: Iterable[str] = (*values_of(claims, "amr"), *values_of(claims, "acr"))
    return bool(settings.OIDC_MFA_VALUES & set(said))


class VerifiedTokens(OpenIDConnectOAuth2Adapter):
    """The signature of every ID token is checked, though it came straight from the provider; nothing else is read."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        claims = self._claims(app, str(kwargs["response"].get("id_token") or ""))
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.account.extra_data = {}  # of the claims nothing is kept but the number of the account
        login.claims = claims
        return login

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            key = self._key(jwt.get_unverified_header(id_token).get("kid"))
            return jwt.decode(
                id_token, key, algorithms=ALGORITHMS, audience=app.client_id, leeway=LEEWAY,
                issuer=settings.OIDC_ISSUER, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise OAuth2Error("the ID token is not valid") from error

    def _key(self, kid: str | None) -> Any:
        with SingleSignOn().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        for key in jwt.PyJWKSet.from_dict(answer.json()).keys:
            if key.key_id == kid and key.public_key_use in (None, "sig"):
                return key.key
        raise OAuth2Error("the ID token names a key that the provider does not have")


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2LoginView, request, provider_id)


@require_safe
@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2CallbackView, request, provider_id)


def refused(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/refused.html", status=403)


def _answer(view: type, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return view.adapter_view(VerifiedTokens(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404("Diesen Zugang gibt es nicht.") from error
    except (RequestException, KeyError, ValueError):  # the provider is away, or does not answer as it should
        return render(request, "socialaccount/authentication_error.html", status=502)


def after_login(request: HttpRequest, login: SocialLogin) -> None:
    """Called when the person is in: the provider's roles hold from now on, those it no longer names are gone."""
    take_roles(user=request.user, named=login.state.get("roles", ()), governed=settings.OIDC_ROLES.values())
    if login.state.get("vouched"):
        note_factor(request)
