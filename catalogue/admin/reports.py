"""Reports of use and interest in the campus team's queue: accepted (asked twice) or rejected with a reason."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator

from catalogue.actions import EvidenceMissing, RuleBroken, TransferExists, accept_report, reject_report
from catalogue.admin.asking_twice import AsksTwice, consequences_of
from catalogue.forms.deciding import AcceptReportForm, ReasonForm
from catalogue.models import UseReport
from members.staff_pages import Step, asks_and_acts

ACCEPTING = "Meldung annehmen"
SECTIONS = [("Als Transfer aufnehmen", {"fields": ("organisation", "stage", "verification", "evidence", "note")})]
MAY_DECIDE = "catalogue.change_usereport"


class StateFilter(admin.SimpleListFilter):
    title = "Stand"
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("wartet", "zu prüfen"), ("unbestaetigt", "Adresse nicht bestätigt"), ("fertig", "entschieden")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[UseReport]) -> QuerySet[UseReport]:
        if self.value() == "wartet":
            return queryset.waiting()
        if self.value() == "unbestaetigt":
            return queryset.unconfirmed()
        return queryset.exclude(decided_at=None) if self.value() == "fertig" else queryset


def is_waiting(report: UseReport, user: Any) -> bool:
    return report.confirmed_at is not None and report.decided_at is None


@admin.register(UseReport)
class UseReportAdmin(AsksTwice):
    list_display = ("solution", "region", "kind", "organisation", "state", "created_at")
    list_filter = (StateFilter, "kind")
    list_select_related = ("solution", "region", "organisation")
    search_fields = ("solution__title", "region__label", "email")
    search_help_text = "Lösung, Region oder Adresse"
    refusals = (RuleBroken, ValidationError)
    steps = (
        Step(
            slug="ablehnen", label="Ablehnen", permission=MAY_DECIDE,
            question="Die Meldung wird nicht aufgenommen. Die meldende Stelle bekommt eine Mail mit Ihrer Begründung.",
            done="Die Meldung ist abgelehnt.", act=lambda report, by, reason: reject_report(
                report=report, by=by, reason=reason
            ), form=ReasonForm, fits=is_waiting, is_grave=True,
        ),
    )  # fmt: skip

    @admin.display(description="Stand")
    def state(self, report: UseReport) -> str:
        return report.state

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: UseReport | None = None) -> bool:
        return False  # decided by a step, never edited

    def get_urls(self) -> list[URLPattern]:
        accept = self.admin_site.admin_view(self.accept_view)
        return [path("<int:pk>/annehmen/", accept, name="catalogue_usereport_accept"), *super().get_urls()]

    @method_decorator(asks_and_acts)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = self.get_object(request, object_id)
        if report is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self.admin_site.each_context(request) | {
            "title": str(report),
            "opts": self.opts,
            "report": report,
            "facts": facts_of(report),
            "steps": self.buttons(request, report),
            "may_accept": request.user.has_perm(MAY_DECIDE) and is_waiting(report, request.user),
        }
        return TemplateResponse(request, "admin/catalogue/use_report_page.html", context)

    @method_decorator(asks_and_acts)
    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm(MAY_DECIDE):
            raise PermissionDenied
        report = self.get_object(request, str(pk))
        if report is None:
            raise Http404("Diese Meldung gibt es nicht.")
        more = {"about": report, "back_url": self.address_of(report)}
        form = AcceptReportForm.suggested_by(report, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            if "confirm" in request.POST:
                try:
                    return self._accepted(request, report, form.cleaned_data)
                except (RuleBroken, TransferExists, EvidenceMissing) as refusal:
                    form.add_error(None, str(refusal))
            elif "change" not in request.POST:
                consequences = consequences_of(report.solution, report.region, form.cleaned_data)
                return self.confirm_page(request, form, ACCEPTING, SECTIONS, consequences, **more)
        return self.form_page(request, form, ACCEPTING, SECTIONS, **more)

    def _accepted(self, request: HttpRequest, report: UseReport, data: dict[str, Any]) -> HttpResponse:
        transfer = accept_report(report=report, by=request.user, **data)
        self.log_change(request, report, f"angenommen: {transfer}")
        done = "Die Meldung ist aufgenommen. Die meldende Stelle bekommt eine Mail."
        self.message_user(request, done, messages.SUCCESS)
        return redirect(reverse("admin:catalogue_transfer_change", args=[transfer.pk]))


def facts_of(report: UseReport) -> list[tuple[str, object]]:
    shown = "ja" if report.may_be_shown else "nein"
    return [
        ("Lösung", report.solution),
        ("Region", f"{report.region} – {report.region.detail}" if report.region.detail else report.region),
        ("Meldung", report.get_kind_display()),
        ("Organisation", report.organisation or ""),
        ("Anmerkung", report.note),
        ("E-Mail-Adresse", report.email),
        ("gemeldet mit dem Konto", report.reporter or ""),
        ("darf vor einer Vereinbarung gezeigt werden", shown),
        ("gemeldet", report.created_at),
        ("Adresse bestätigt", report.confirmed_at),
        ("Stand", report.state),
        ("entschieden von", report.decided_by or ""),
        ("Begründung", report.reason),
    ]
