"""Pages that show what was filled in a second time, with all consequences, before a verb is called."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.admin import helpers
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format

from catalogue.actions import would_arrive
from catalogue.forms.transfers import CarriedForm
from catalogue.models import Solution, Transfer
from members.models import Region
from members.staff_pages import WithSteps


@dataclass(frozen=True)
class Consequences:
    """What confirming does, for the page that asks."""

    is_news: bool
    solution: Any
    region: Any

    @property
    def undo(self) -> str:
        return duration_in_words(settings.UNDO_SECONDS)


def consequences_of(solution: Solution, region: Region, data: dict[str, Any]) -> Consequences:
    """Of the stage and verification that were filled in."""
    news = would_arrive(
        solution=solution, region=region, stage=data["stage"], verification=data["verification"]
    )  # fmt: skip
    return Consequences(news, solution, region)


def duration_in_words(seconds: int) -> str:
    """ "4:32 Minuten", "5 Minuten", "40 Sekunden"; empty when there is no time."""
    if seconds <= 0:
        return ""
    if seconds < 60:
        return "1 Sekunde" if seconds == 1 else f"{seconds} Sekunden"
    minutes, rest = divmod(seconds, 60)
    if rest:
        return f"{minutes}:{rest:02d} Minuten"
    return "1 Minute" if minutes == 1 else f"{minutes} Minuten"


class AsksTwice(WithSteps):
    """POST shows the confirm page; POST with `confirm` writes; with `change` the form comes back as it was."""

    def form_page(
        self,
        request: HttpRequest,
        form: CarriedForm,
        title: str,
        sections: list,
        transfer: Transfer | None = None,
        button: str = "Weiter zur Bestätigung",
        **more: Any,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "about": None,
            "transfer": transfer,
            "form": form,
            "adminform": helpers.AdminForm(form, sections, {}, (), self),
            "media": self.media + form.media,
            "button": button,
            "back_url": self.address_of(transfer) if transfer else self.list_address(),
        }
        return TemplateResponse(request, "admin/catalogue/transfer_form.html", context | more)

    def confirm_page(
        self,
        request: HttpRequest,
        form: CarriedForm,
        title: str,
        sections: list,
        consequences: Consequences,
        transfer: Transfer | None = None,
        **more: Any,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": f"{title}: bitte bestätigen",
            "opts": self.opts,
            "about": None,
            "transfer": transfer,
            "form": form,
            "rows": in_words(form, sections),
            "consequences": consequences,
        }
        return TemplateResponse(request, "admin/catalogue/transfer_confirm.html", context | more)

    def list_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


def in_words(form: CarriedForm, sections: list) -> list[tuple[str, str]]:
    """What was filled in, as the form's labels and the words of its choices."""
    rows = []
    for name in [name for _, section in sections for name in section["fields"]]:
        bound = form[name]
        value = form.cleaned_data.get(bound.name)
        if value in (None, "", False):
            continue
        rows.append((str(bound.label), _word(bound, value)))
    return rows


def _word(bound: BoundField, value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Region):
        return f"{value} – {value.detail}" if value.detail else str(value)
    choices = dict(getattr(bound.field, "choices", ())) if isinstance(value, str) else {}
    return "ja" if value is True else str(choices.get(value, value))
