"""Recording and moving transfers: shown a second time, with all consequences, before anything is written."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue.actions import TransferExists, describe_transfer, move_transfer, record_transfer, would_arrive
from catalogue.forms import DescribeTransferForm, MoveTransferForm, RecordTransferForm
from catalogue.forms.transfers import CarriedForm, already_recorded
from catalogue.models import Transfer, TransferMove
from members.models import Region
from members.staff_pages import WithSteps, asks_and_acts

RECORD_SECTIONS = [
    ("Was und wo", {"fields": ("solution", "region", "organisation")}),
    ("Stand und Nachweis", {"fields": ("stage", "verification", "evidence", "note")}),
    (
        "Seit wann und wie",
        {"fields": ("live_since", "live_since_precision", "scope", "from_transfer", "scaling_partner")},
    ),
    ("Herkunft und Sichtbarkeit", {"fields": ("source", "is_public")}),
]
MOVE_SECTIONS = [("Neuer Stand", {"fields": ("stage", "verification", "evidence", "note")})]
DETAIL_SECTIONS = [
    ("Seit wann und wie", {"fields": ("live_since", "live_since_precision", "ended_on", "scope")}),
    ("Weg und Beteiligte", {"fields": ("reuse_path", "from_transfer", "scaling_partner")}),
    ("Herkunft und Sichtbarkeit", {"fields": ("source", "is_public")}),
]


@dataclass(frozen=True)
class Consequences:
    """What confirming does, for the page that asks."""

    is_news: bool
    solution: Any
    region: Any

    @property
    def undo(self) -> str:
        return duration_in_words(settings.UNDO_SECONDS)


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


class RecordsTransfers(WithSteps):
    """POST shows the confirm page; POST with `confirm` writes; with `change` the form comes back as it was."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/stand/", wrap(self.move_view), name="catalogue_transfer_move"),
            path("<int:pk>/angaben/", wrap(self.describe_view), name="catalogue_transfer_describe"),
            *super().get_urls(),
        ]

    @method_decorator(asks_and_acts)
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {name: request.GET[name] for name in ("solution", "region") if request.GET.get(name, "").isdecimal()}
        form = RecordTransferForm(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_bound and form.is_valid():
            if "confirm" in request.POST:
                try:
                    return self._recorded(request, form)
                except TransferExists as exists:
                    existing = form.existing()
                    form.add_error(None, already_recorded(existing) if existing else str(exists))
            elif "change" not in request.POST:
                return self._confirm_page(request, form, "Transfer erfassen", _of_new(form))
        return self._form_page(request, form, "Transfer erfassen", RECORD_SECTIONS)

    @method_decorator(asks_and_acts)
    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        transfer = self._to_change(request, pk)
        last = transfer.moves.last()
        initial = {
            "stage": transfer.stage, "verification": transfer.verification, "last_move": last.pk if last else 0,
        }  # fmt: skip
        form = MoveTransferForm(request.POST if request.method == "POST" else None, initial=initial)
        if form.is_bound and form.is_valid():
            if "confirm" in request.POST:
                return self._moved(request, transfer, form)
            if "change" not in request.POST:
                return self._confirm_page(request, form, "Stand weiterführen", _of_move(transfer, form), transfer)
        return self._form_page(request, form, "Stand weiterführen", MOVE_SECTIONS, transfer)

    @method_decorator(asks_and_acts)
    def describe_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        transfer = self._to_change(request, pk)
        read = transfer.changed_at.isoformat()
        form = DescribeTransferForm(request.POST if request.method == "POST" else None, instance=transfer)
        if form.is_bound and form.is_valid():
            if form.cleaned_data["changed_at"] == read:
                describe_transfer(transfer=transfer, by=request.user, **form.details())
                self.log_change(request, transfer, "Angaben geändert")
                self.message_user(request, "Die Angaben sind gespeichert.", messages.SUCCESS)
                return redirect(self.address_of(transfer))
            form.add_error(None, "Inzwischen hat jemand diesen Transfer geändert. Bitte laden Sie die Seite neu.")
        return self._form_page(request, form, "Angaben ändern", DETAIL_SECTIONS, transfer)

    def _to_change(self, request: HttpRequest, pk: int) -> Transfer:
        if not self.has_change_permission(request):
            raise PermissionDenied
        transfer = self.get_object(request, str(pk))
        if transfer is None:
            raise Http404("Diesen Transfer gibt es nicht.")
        return transfer

    def _recorded(self, request: HttpRequest, form: RecordTransferForm) -> HttpResponse:
        data = form.cleaned_data
        transfer = record_transfer(
            solution=data["solution"], region=data["region"], organisation=data["organisation"],
            stage=data["stage"], verification=data["verification"], by=request.user,
            note=data["note"], evidence=data["evidence"], **form.details(),
        )  # fmt: skip
        self.log_addition(request, transfer, "Transfer erfasst")
        self._tell(request, transfer, transfer.moves.last(), "Der Transfer ist erfasst.")
        return redirect(self.address_of(transfer))

    def _moved(self, request: HttpRequest, transfer: Transfer, form: MoveTransferForm) -> HttpResponse:
        """Once: the confirm page sent twice, or somebody else's move in between, finds another last move."""
        data = form.cleaned_data
        with transaction.atomic():
            Transfer.objects.select_for_update().get(pk=transfer.pk)
            last = transfer.moves.last()
            if (last.pk if last else 0) != data["last_move"]:
                self.message_user(
                    request, "Inzwischen gibt es einen neueren Schritt. Bitte prüfen Sie den Stand.", messages.WARNING
                )
                return redirect(self.address_of(transfer))
            move = move_transfer(
                transfer=transfer, stage=data["stage"], verification=data["verification"], by=request.user,
                note=data["note"], evidence=data["evidence"],
            )  # fmt: skip
        self.log_change(request, transfer, f"Stand: {move}")
        self._tell(request, transfer, move, "Der neue Stand ist erfasst.")
        return redirect(self.address_of(transfer))

    def _tell(self, request: HttpRequest, transfer: Transfer, move: TransferMove, done: str) -> None:
        self.message_user(request, _done_with_undo(transfer, move, done), messages.SUCCESS)

    def _form_page(
        self, request: HttpRequest, form: CarriedForm, title: str, sections: list, transfer: Transfer | None = None
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "transfer": transfer,
            "form": form,
            "adminform": helpers.AdminForm(form, sections, {}, (), self),
            "media": self.media + form.media,
            "button": "Weiter zur Bestätigung" if sections is not DETAIL_SECTIONS else "Angaben speichern",
        }
        return TemplateResponse(request, "admin/catalogue/transfer_form.html", context)

    def _confirm_page(
        self,
        request: HttpRequest,
        form: CarriedForm,
        title: str,
        consequences: Consequences,
        transfer: Transfer | None = None,
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": f"{title}: bitte bestätigen",
            "opts": self.opts,
            "transfer": transfer,
            "form": form,
            "rows": _in_words(form, MOVE_SECTIONS if transfer else RECORD_SECTIONS),
            "consequences": consequences,
        }
        return TemplateResponse(request, "admin/catalogue/transfer_confirm.html", context)


def _of_new(form: RecordTransferForm) -> Consequences:
    data = form.cleaned_data
    news = would_arrive(
        solution=data["solution"], region=data["region"], stage=data["stage"], verification=data["verification"]
    )
    return Consequences(news, data["solution"], data["region"])


def _of_move(transfer: Transfer, form: MoveTransferForm) -> Consequences:
    data = form.cleaned_data
    news = would_arrive(
        solution=transfer.solution, region=transfer.region, stage=data["stage"], verification=data["verification"]
    )
    return Consequences(news, transfer.solution, transfer.region)


def _in_words(form: CarriedForm, sections: list) -> list[tuple[str, str]]:
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


def _done_with_undo(transfer: Transfer, move: TransferMove, done: str) -> SafeString | str:
    left = duration_in_words(settings.UNDO_SECONDS)
    if not left:
        return done
    address = reverse("admin:catalogue_transfer_take_back", args=[transfer.pk, move.pk])
    return format_html('{} <a href="{}">Zurücknehmen (noch {})</a>', done, address, left)
