"""The cast of the tests about accounts: an organisation with its people, and how they log in."""

import re

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from members.models import Organisation, OrganisationUser, OutgoingMail, User

PASSWORD = "ein langes Passwort 1"
LOGIN = "/konto/anmelden/"


def confirmed(person: User) -> User:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def member(organisation: Organisation, role: str, email: str = "") -> User:
    """Somebody of this organisation who can log in."""
    name = f"{role.title()} {organisation.short}"
    user = User.objects.create_user(email or f"{role}@{organisation.slug}.example", PASSWORD, name=name)
    OrganisationUser.objects.create(organisation=organisation, user=confirmed(user), role=role)
    return user


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def log_in(client: Client, person: User, password: str = PASSWORD, then: str = ""):
    return client.post(f"{LOGIN}?next={then}" if then else LOGIN, {"login": person.email, "password": password})


def link_in(mail: OutgoingMail) -> str:
    """The path of the one link of a mail."""
    return re.findall(r"https?://[^/\s]+(/konto/\S+)", mail.text)[0]


def code_of(secret: str, steps: int = 0) -> str:
    """What the app of a phone shows now, or some steps of thirty seconds later."""
    counters = sorted(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2] + steps))
