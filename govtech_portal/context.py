from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """What every template may show: whether this is the demo, and where the portal lives."""
    return {
        "DEMO": settings.DEMO,
        "SITE_URL": settings.SITE_URL,
        "MAILBOX": bool(settings.MAILBOX_DIR),
        "SINGLE_SIGN_ON": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    }
