"""What `check --deploy` refuses: settings that are right in the demo and wrong on a server."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from psycopg.conninfo import conninfo_to_dict

from members.models import OrganisationUser, User


@register(Tags.security, deploy=True)
def production_settings(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Numbered, each with what to do (README lists the settings)."""
    found = [
        (settings.DEMO, "E001", "DEMO ist gesetzt.", "DEMO gehört nur zu «make demo»."),
        (not settings.STAFF_MFA, "E002", "STAFF_MFA ist aus.", "Das Campus-Team braucht einen zweiten Faktor."),
        (
            not settings.SESSION_COOKIE_NAME.startswith("__Host-"),
            "E003",
            "Das Sitzungs-Cookie ist nicht an den Host gebunden.",
            "SITE_URL muss mit https:// beginnen.",
        ),
        (
            _role(settings.DATABASE_OWNER_URL) in ("", settings.DATABASES["default"]["USER"]),
            "E004",
            "Anwendung und Eigentümer der Datenbank sind dieselbe Rolle.",
            "DATABASE_URL und DATABASE_OWNER_URL brauchen verschiedene Rollen.",
        ),
        (
            settings.OUTBOUND_ALLOWS_LOOPBACK,
            "E006",
            "OUTBOUND_ALLOWS_LOOPBACK ist gesetzt.",
            "Webhooks dürfen das eigene Netz nicht erreichen.",
        ),
        (
            bool(settings.OIDC_ISSUER) and not (settings.OIDC_ISSUER.startswith("https://") and settings.OIDC_DOMAINS),
            "E007",
            "Die Anmeldung mit dem Dienstkonto ist nicht sicher eingerichtet.",
            "OIDC_ISSUER muss mit https:// beginnen, und OIDC_DOMAINS muss Maildomänen nennen.",
        ),
        (
            not _are_roles(settings.OIDC_ROLES),
            "E008",
            "OIDC_ROLES nennt Rollen, die es nicht gibt.",
            "Erlaubt sind Redaktion, Freigabe, Vergabe, Leitung und «kuerzel-der-organisation:viewer|editor|owner».",
        ),
        (bool(settings.MAILBOX_DIR), "E005", "MAILBOX_DIR ist gesetzt.", "Das Postfach gibt es nur in der Demo."),
    ]
    return [Error(text, hint=hint, id=f"portal.{number}") for wrong, number, text, hint in found if wrong]


def _are_roles(mapping: Any) -> bool:
    if not isinstance(mapping, dict):
        return False
    in_organisation = re.compile(rf"[-\w]+:({'|'.join(OrganisationUser.Role.values)})")
    return all(role in User.ROLES or in_organisation.fullmatch(str(role)) for role in mapping.values())


def _role(url: str) -> str:
    return str(conninfo_to_dict(url).get("user", "")) if url else ""
