"""Links from a word on a page to what it means in this catalogue."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

register = template.Library()


@register.simple_tag
def term(words: str, entry: str = "") -> SafeString:
    """`{% term "Verwaltungsabkommen" %}`, or with the entry's id where it differs: `{% term "Phasen" "phase" %}`."""
    return format_html('<a class="term" href="{}#{}">{}</a>', reverse("glossary"), entry or slugify(words), words)
