"""allauth's forms with our limits, our words, and without a crash on what no browser sends."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import UserTokenForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from members.limits import count_up, give_back
from members.models import User

CODES_PER_HOUR = 10  # wrong ones
NOT_READ = "Der Passkey wurde nicht erkannt. Bitte versuchen Sie es noch einmal."


class TokenForm(UserTokenForm):
    """The link of a reset: nothing for an account that was disabled meanwhile."""

    def _get_user(self, uidb36: str) -> User | None:
        user = super()._get_user(uidb36)
        return user if user and user.is_active else None


class _LimitedCode:
    """Ten wrong codes an hour. Whoever gets here knows the password; a new password starts anew, so the owner can."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = "Code", "Sechs Ziffern aus Ihrer App, oder einer Ihrer Ersatzcodes."
        field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}
        field.widget.attrs.pop("placeholder", None)
        field.validators.append(MaxLengthValidator(20))

    def clean_code(self) -> str:
        whom = f"account {self.user.pk} {self.user.password[-20:]}"
        if count_up("code", whom) > CODES_PER_HOUR:
            raise get_adapter().validation_error("too_many_login_attempts")
        code = super().clean_code()
        give_back("code", whom)
        return code


class CodeForm(_LimitedCode, AuthenticateForm):
    pass


class CodeAgainForm(_LimitedCode, ReauthenticateForm):
    pass


class _ReadCredential:
    """Any JSON may be posted; what the library cannot take apart is refused like a wrong key."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(NOT_READ) from error


class PasskeyForm(_ReadCredential, AuthenticateWebAuthnForm):
    pass


class PasskeyLoginForm(_ReadCredential, LoginWebAuthnForm):
    pass


class PasskeyAgainForm(_ReadCredential, ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label, name.help_text = "Name", "Daran erkennen Sie ihn wieder, zum Beispiel „Diensthandy“."
        name.validators.append(MaxLengthValidator(60))
        alone.label = "Ohne Passwort anmelden"
        alone.help_text = "Geht mit Geräten, die PIN, Gesicht oder Fingerabdruck prüfen."

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(NOT_READ) from error
