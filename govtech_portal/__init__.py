"""The roof: settings, addresses and what is composed of several rooms."""

from govtech_portal.celery import app as celery_app

__all__ = ["celery_app"]
