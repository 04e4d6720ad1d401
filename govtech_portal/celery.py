"""The Celery app and its timetable.

Tasks take no arguments: the database says what is due, so losing a message loses no work.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govtech_portal.settings")

app = Celery("govtech_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("govtech_portal.looking:LookForDueWork")
