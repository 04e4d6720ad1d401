"""allauth's forms with our limits, our words, and without a crash on what no browser sends."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import UserTokenForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from members.limits import count_up, give_back
from members.models import User

LONGEST_CREDENTIAL = 20_000  # characters
CODES_PER_HOUR = 10  # wrong ones
NOT_READ = "Der Passkey wurde nicht erkannt. Bitte versuchen Sie es noch einmal."


class TokenForm(UserTokenForm):
    """The link of a reset: nothing for an account that was disabled meanwhile."""

    def _get_user(self, uidb36: str) -> User | None:
        user = super()._get_user(uidb36)
        return user if user and user.is_active else None


class _LimitedCode:
    """Ten wrong codes an hour, and each right one once.

    Whoever gets here knows the password; with a new password counting begins anew, so the owner is not shut out.
    """

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
        if count_up("used code", f"{whom} {code}") > 1:  # allauth remembers it in one process alone
            raise get_adapter().validation_error("incorrect_code")
        give_back("code", whom)
        return code


class FirstCodeForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = "Code", "Die sechs Ziffern, die Ihre App jetzt zeigt."
        field.widget.attrs |= {"inputmode": "numeric"}
        field.widget.attrs.pop("placeholder", None)


class CodeForm(_LimitedCode, AuthenticateForm):
    pass


class CodeAgainForm(_LimitedCode, ReauthenticateForm):
    pass


class CredentialField(forms.JSONField):
    """What a browser says of a passkey: a few hundred bytes, and no depth that a parser would give up on."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST_CREDENTIAL:
            raise ValidationError(NOT_READ)
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise ValidationError(NOT_READ) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return None

    def prepare_value(self, value: Any) -> str:
        """Never shown again: an answer holds for one challenge."""
        return ""


class _ReadCredential:
    """Any JSON may be posted; what the library cannot take apart is refused like a wrong key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(error_messages={"required": NOT_READ, "invalid": NOT_READ})

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
        self.fields["credential"] = CredentialField(error_messages={"required": NOT_READ, "invalid": NOT_READ})
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
