"""Forms of the people of an organisation."""

from typing import Any

from allauth.account.forms import PasswordField, SetPasswordField
from django import forms

from members.models import OrganisationUser, User

WHAT_ROLES_MAY = (
    (OrganisationUser.Role.VIEWER, "Lesen: sieht alles, was die Organisation betrifft"),
    (OrganisationUser.Role.EDITOR, "Bearbeiten: schlägt Lösungen vor und bestätigt Nutzung"),
    (OrganisationUser.Role.OWNER, "Verantworten: lädt außerdem Personen ein und vergibt Rollen"),
)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Rolle", choices=WHAT_ROLES_MAY, widget=forms.RadioSelect)


class InviteForm(RoleForm):
    email = forms.EmailField(
        label="E-Mail-Adresse",
        max_length=254,
        help_text="Die dienstliche Adresse der Person. Sie bekommt einen Link, der sieben Tage gilt.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "role")


class RegisterForm(forms.Form):
    """A new account for an invited person; the address is the invitation's and cannot be chosen."""

    name = forms.CharField(
        label="Ihr Name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="So nennen wir Sie gegenüber Ihrer Organisation und dem Campus-Team.",
    )  # fmt: skip
    password1 = SetPasswordField(label="Passwort")
    password2 = PasswordField(label="Passwort noch einmal", autocomplete="new-password")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].user = User(email=email)
        self.fields["password1"].help_text = "Mindestens zwölf Zeichen, am besten vier Wörter ohne Zusammenhang."
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("password1") and data["password1"] != data.get("password2"):
            self.add_error("password2", "Die beiden Passwörter sind nicht gleich.")
        return data
