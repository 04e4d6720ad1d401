"""Mails of the catalogue to one known person: our own words, names from our own tables, nothing a stranger typed."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from members.models import OutgoingMail


def write_letter(*, to: str, purpose: str, template: str, **context: Any) -> OutgoingMail:
    """A row in the caller's transaction. The template's first line is the subject."""
    words = render_to_string(template, context | {"site_url": settings.SITE_URL})
    subject, _, text = words.strip().partition("\n")
    subject = " ".join(subject.removeprefix("Betreff:").split())[:300]
    return OutgoingMail.objects.create(to=to, subject=subject, text=text.strip() + "\n", purpose=purpose)
