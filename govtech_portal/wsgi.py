"""WSGI entry point; granian serves it (ASGI with synchronous views costs a factor of ten)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govtech_portal.settings")

application = get_wsgi_application()
