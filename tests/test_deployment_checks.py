"""`check --deploy` refuses on a server what is right in the demo."""

import pytest

from govtech_portal.checks import production_settings

RIGHT = {
    "DEMO": False,
    "STAFF_MFA": True,
    "MAILBOX_DIR": "",
    "SESSION_COOKIE_NAME": "__Host-sitzung",
    "DATABASE_OWNER_URL": "postgresql://portal_owner@db.example/portal",
    "OIDC_ISSUER": "",
    "OIDC_DOMAINS": [],
    "OIDC_ROLES": {},
    "DATABASES": {"default": {"USER": "portal_app"}},
}


@pytest.mark.parametrize(
    ("wrong", "numbers"),
    [
        ({}, []),
        ({"DEMO": True}, ["portal.E001"]),
        ({"STAFF_MFA": False}, ["portal.E002"]),
        ({"SESSION_COOKIE_NAME": "sitzung"}, ["portal.E003"]),
        ({"DATABASE_OWNER_URL": ""}, ["portal.E004"]),
        ({"DATABASE_OWNER_URL": "postgresql://portal_app@db.example/portal"}, ["portal.E004"]),
        ({"MAILBOX_DIR": "/var/mail"}, ["portal.E005"]),
        ({"OUTBOUND_ALLOWS_LOOPBACK": True}, ["portal.E006"]),
        ({"OIDC_ISSUER": "https://konto.example", "OIDC_DOMAINS": ["stadt.example"]}, []),
        ({"OIDC_ISSUER": "http://konto.example", "OIDC_DOMAINS": ["stadt.example"]}, ["portal.E007"]),
        ({"OIDC_ISSUER": "https://konto.example"}, ["portal.E007"]),
        ({"OIDC_ROLES": {"a": "Redaktion", "b": "stadt-koblenz:editor"}}, []),
        ({"OIDC_ROLES": {"a": "superuser"}}, ["portal.E008"]),
        ({"OIDC_ROLES": {"a": "stadt:chef"}}, ["portal.E008"]),
        ({"OIDC_ROLES": ["Redaktion"]}, ["portal.E008"]),
    ],
)
def test_a_wrong_setting_is_named_by_its_number(monkeypatch, wrong, numbers):
    for name, value in (RIGHT | wrong).items():
        monkeypatch.setattr(f"govtech_portal.checks.settings.{name}", value)
    assert [error.id for error in production_settings(None)] == numbers
