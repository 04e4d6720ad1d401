"""Transfers: the list, a transfer's page with all its moves, and taking the latest one back."""

from datetime import date

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.formats import date_format

from catalogue.actions import RuleBroken, TooLate, TransferExists, take_back_move
from catalogue.admin.asking_twice import duration_in_words
from catalogue.admin.recording import RecordsTransfers
from catalogue.models import ConfirmationRequest, Transfer, TransferContact, TransferMove
from members.clock import database_now
from members.staff_pages import asks_and_acts

FORMATS = {"day": "j. F Y", "month": "F Y", "year": "Y"}  # by the precision of a date
RELATED = ("solution", "region", "organisation", "from_transfer__solution", "from_transfer__region",
           "scaling_partner", "reuse_path__region")  # fmt: skip


def date_words(day: date | None, form: str) -> str:
    return date_format(day, form) if day else ""


class ConfirmationFilter(admin.SimpleListFilter):
    title = "Bestätigung"
    parameter_name = "bestaetigung"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("offen", "zu bestätigen"),
            ("nicht-mehr", "laut Organisation nicht mehr genutzt"),
            ("erledigt", "bestätigt oder beendet"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> QuerySet[Transfer]:
        if self.value() == "offen":
            return queryset.to_confirm(database_now())
        if self.value() == "nicht-mehr":
            return queryset.filter(pk__in=ConfirmationRequest.objects.denied().values("transfer"))
        if self.value() == "erledigt":
            return queryset.exclude(pk__in=Transfer.objects.to_confirm(database_now()).values("pk"))
        return queryset


class UndoFilter(admin.SimpleListFilter):
    title = "Zurücknehmen"
    parameter_name = "zuruecknehmen"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("moeglich", "noch möglich")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> QuerySet[Transfer]:
        if self.value() == "moeglich":
            return queryset.filter(pk__in=TransferMove.objects.undoable(database_now()).values("transfer"))
        return queryset


@admin.register(Transfer)
class TransferAdmin(RecordsTransfers):
    list_display = ("solution", "region", "organisation", "stage", "verification", "live_since", "changed_at")
    list_filter = (ConfirmationFilter, "stage", UndoFilter)
    list_select_related = RELATED
    search_fields = ("solution__title", "region__label", "organisation__name")
    search_help_text = "Lösung, Region oder Organisation"
    ordering = ("-changed_at", "-pk")
    refusals = (RuleBroken, TransferExists, TooLate, ValidationError)

    @staticmethod
    def suggestion(transfer: Transfer) -> str:
        return f"{transfer} ({transfer.get_stage_display()})"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        return super().get_queryset(request).select_related(*RELATED)

    def get_urls(self) -> list[URLPattern]:
        take_back = self.admin_site.admin_view(self.take_back_view)
        place = "<int:pk>/zuruecknehmen/<int:move_pk>/"
        return [path(place, take_back, name="catalogue_transfer_take_back"), *super().get_urls()]

    @method_decorator(asks_and_acts)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        transfer = self.get_object(request, object_id)
        if transfer is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        moves = list(transfer.moves.select_related("by", "taken_back_by").order_by("-pk"))
        context = self.admin_site.each_context(request) | {
            "title": str(transfer),
            "opts": self.opts,
            "transfer": transfer,
            "facts": self._facts(transfer),
            "moves": moves,
            "undo_move": moves[0] if moves else None,
            "time_left": duration_in_words(moves[0].seconds_to_undo(database_now())) if moves else "",
            "asked": transfer.confirmation_requests.all(),
            "contact": TransferContact.objects.filter(transfer=transfer).first(),
            "may_change": self.has_change_permission(request, transfer),
        }
        return TemplateResponse(request, "admin/catalogue/transfer_page.html", context)

    @method_decorator(asks_and_acts)
    def take_back_view(self, request: HttpRequest, pk: int, move_pk: int) -> HttpResponse:
        """This very move, so that a page left open never takes back somebody else's."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        move = TransferMove.objects.filter(pk=move_pk, transfer_id=pk).select_related("transfer").first()
        if move is None:
            raise Http404("Diesen Schritt gibt es nicht.")
        transfer = self.get_object(request, str(pk))
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                take_back_move(move=move, by=request.user)
            except (TooLate, TransferExists) as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, transfer, "Schritt zurückgenommen")
                self.message_user(request, "Zurückgenommen. Niemand wird benachrichtigt.", messages.SUCCESS)
                return redirect(self.address_of(transfer))
        question = (
            f"Der Schritt „{move}“ wird zurückgenommen. Der Stand davor gilt wieder, niemand wird benachrichtigt."
        )
        return self.ask(request, transfer, form, question, "Schritt zurücknehmen", is_grave=True)

    def _facts(self, transfer: Transfer) -> list[tuple[str, object]]:
        return [
            ("Lösung", transfer.solution),
            ("Region", transfer.region),
            ("Organisation", transfer.organisation or "nicht bekannt"),
            ("Stand", transfer.get_stage_display()),
            ("Prüfstatus", transfer.get_verification_display()),
            ("im Einsatz seit", date_words(transfer.live_since, FORMATS[transfer.live_since_precision])),
            ("beendet am", date_words(transfer.ended_on, FORMATS["day"])),
            ("übernommen von", transfer.from_transfer),
            ("Skalierungspartner", transfer.scaling_partner),
            ("Nachnutzungsweg", transfer.reuse_path),
            ("Umfang", transfer.scope),
            ("Quelle", transfer.source),
            ("vor der Vereinbarung öffentlich", _consent_in_words(transfer)),
        ]


def _consent_in_words(transfer: Transfer) -> str:
    if not transfer.is_public:
        return ""
    return f"ja, eingewilligt hat {transfer.consent_by} am {date_words(transfer.consent_on, FORMATS['day'])}"
