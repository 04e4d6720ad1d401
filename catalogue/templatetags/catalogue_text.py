"""How texts and dates of the catalogue are shown."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from catalogue import markdown as markdown_texts
from catalogue.models import Arrival, Transfer
from catalogue.profile import since_text

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return markdown_texts.rendered(text)


@register.filter
def since(transfer: Transfer) -> str:
    """ "seit Juni 2024", as precisely as we know it; of one that ended, until when."""
    if transfer.is_closed:
        return f"bis {date_format(transfer.ended_on, 'j. F Y')}" if transfer.ended_on else ""
    text = since_text(transfer.live_since, transfer.live_since_precision)
    return f"seit {text}" if text else ""


@register.filter
def arrived(arrival: Arrival) -> str:
    """The day, or the month or year where the source says no more."""
    return since_text(timezone.localdate(arrival.arrived_at), arrival.transfer.live_since_precision)
