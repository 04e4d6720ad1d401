"""Recording and moving transfers: shown a second time, with all consequences, before anything is written."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue.actions import TransferExists, describe_transfer, move_transfer, name_contact, record_transfer
from catalogue.admin.asking_twice import AsksTwice, consequences_of, duration_in_words
from catalogue.forms import DescribeTransferForm, MoveTransferForm, RecordTransferForm
from catalogue.forms.transfers import already_recorded
from catalogue.models import Transfer, TransferMove
from members.staff_pages import asks_and_acts

CONSENT = ("Sichtbarkeit vor der Vereinbarung", {"fields": ("is_public", "consent_by", "consent_on")})
RECORD_SECTIONS = [
    ("Was und wo", {"fields": ("solution", "region", "organisation")}),
    ("Stand und Nachweis", {"fields": ("stage", "verification", "evidence", "note")}),
    (
        "Seit wann und wie",
        {"fields": ("live_since", "live_since_precision", "scope", "from_transfer", "legal_route", "scaling_partner")},
    ),
    ("Herkunft und Rückfragen", {"fields": ("source", "contact_email")}),
    CONSENT,
]
MOVING = "Stand weiterführen"
MOVE_SECTIONS = [("Neuer Stand", {"fields": ("stage", "verification", "evidence", "note")})]
DETAIL_SECTIONS = [
    ("Seit wann und wie", {"fields": ("live_since", "live_since_precision", "ended_on", "scope")}),
    ("Weg und Beteiligte", {"fields": ("reuse_path", "from_transfer", "scaling_partner")}),
    ("Herkunft und Rückfragen", {"fields": ("source", "contact_email")}),
    CONSENT,
]


class RecordsTransfers(AsksTwice):
    """Recording, moving and describing."""

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
                data = form.cleaned_data
                consequences = consequences_of(data["solution"], data["region"], data)
                return self.confirm_page(request, form, "Transfer erfassen", RECORD_SECTIONS, consequences)
        return self.form_page(request, form, "Transfer erfassen", RECORD_SECTIONS)

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
                try:
                    return self._moved(request, transfer, form)
                except TransferExists as exists:
                    form.add_error(None, str(exists))
            elif "change" not in request.POST:
                consequences = consequences_of(transfer.solution, transfer.region, form.cleaned_data)
                return self.confirm_page(request, form, MOVING, MOVE_SECTIONS, consequences, transfer)
        return self.form_page(request, form, MOVING, MOVE_SECTIONS, transfer)

    @method_decorator(asks_and_acts)
    def describe_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        transfer = self._to_change(request, pk)
        read = transfer.changed_at.isoformat()
        form = DescribeTransferForm(request.POST if request.method == "POST" else None, instance=transfer)
        if form.is_bound and form.is_valid():
            if form.cleaned_data["changed_at"] == read:
                with transaction.atomic():
                    describe_transfer(transfer=transfer, by=request.user, **form.details())
                    name_contact(transfer=transfer, email=form.cleaned_data["contact_email"], by=request.user)
                self.log_change(request, transfer, "Angaben geändert")
                self.message_user(request, "Die Angaben sind gespeichert.", messages.SUCCESS)
                return redirect(self.address_of(transfer))
            form.add_error(None, "Inzwischen hat jemand diesen Transfer geändert. Bitte laden Sie die Seite neu.")
        return self.form_page(request, form, "Angaben ändern", DETAIL_SECTIONS, transfer, button="Angaben speichern")

    def _to_change(self, request: HttpRequest, pk: int) -> Transfer:
        if not self.has_change_permission(request):
            raise PermissionDenied
        transfer = self.get_object(request, str(pk))
        if transfer is None:
            raise Http404("Diesen Transfer gibt es nicht.")
        return transfer

    def _recorded(self, request: HttpRequest, form: RecordTransferForm) -> HttpResponse:
        data = form.cleaned_data
        with transaction.atomic():
            transfer = self._record(request, form)
            name_contact(transfer=transfer, email=data["contact_email"], by=request.user)
        self.log_addition(request, transfer, "Transfer erfasst")
        self._tell(request, transfer, transfer.moves.last(), "Der Transfer ist erfasst.")
        return redirect(self.address_of(transfer))

    @staticmethod
    def _record(request: HttpRequest, form: RecordTransferForm) -> Transfer:
        data = form.cleaned_data
        return record_transfer(
            solution=data["solution"], region=data["region"], organisation=data["organisation"],
            stage=data["stage"], verification=data["verification"], by=request.user,
            note=data["note"], evidence=data["evidence"], **form.details(),
        )  # fmt: skip

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


def _done_with_undo(transfer: Transfer, move: TransferMove, done: str) -> SafeString | str:
    left = duration_in_words(settings.UNDO_SECONDS)
    if not left:
        return done
    address = reverse("admin:catalogue_transfer_take_back", args=[transfer.pk, move.pk])
    return format_html('{} <a href="{}">Zurücknehmen (noch {})</a>', done, address, left)
