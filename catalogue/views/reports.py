"""Wir nutzen das, wir haben Interesse: the form, and the page that its mail links to. Never cached, never indexed."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.actions import TooManyReports, confirm_reports, forget_reporter, report_use
from catalogue.forms.reports import UseReportForm
from catalogue.links import find_report
from catalogue.models import Solution, UseReport
from catalogue.own_data import export_of_reporter
from catalogue.views.by_link import by_link
from members.limits import within_limit

REPORTS_PER_HOUR = 20  # requests of one network
READ_AND_WRITE = ("GET", "HEAD", "POST")


@never_cache
@require_http_methods(READ_AND_WRITE)
def report_use_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Its answer is the same whether the address is known, confirmed or new."""
    solution = get_object_or_404(Solution.objects.published(), slug=slug)
    if request.method != "POST":
        return _form_page(request, solution, UseReportForm.asked_by(request.GET, request.user))
    form = UseReportForm(request.POST, user=request.user)
    if not form.is_valid():
        return _form_page(request, solution, form)
    if not within_limit(request, purpose="use_report", per_hour=REPORTS_PER_HOUR):
        return _too_many(request, solution)
    said = form.said(solution, request.user)
    with suppress(TooManyReports):  # the answer tells nobody what waits for this address
        report_use(**said)
    if said["by"]:
        messages.success(request, "Ihre Meldung ist angekommen. Das Campus-Team prüft sie.")
        return redirect(solution)
    return redirect("report_sent")


@never_cache
@require_safe
def report_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "catalogue/report_sent.html")


@never_cache
@require_http_methods(READ_AND_WRITE)
@by_link(find_report)
def use_report(request: HttpRequest, report: UseReport) -> HttpResponse:
    """GET shows, POST confirms, exports or forgets: mail scanners open every link."""
    if request.method != "POST":
        return render(request, "catalogue/use_report.html", _context(report))
    step = request.POST.get("schritt", "")
    if step == "daten":
        return _own_data(report.email, timezone.now().date().isoformat())
    if step == "loeschen":
        forget_reporter(email=report.email)
        return redirect("report_forgotten")
    if step == "bestaetigen":
        chosen = [int(pk) for pk in request.POST.getlist("meldung") if pk.isdecimal() and len(pk) < 19]
        confirm_reports(report=report, only=chosen if "auswahl" in request.POST else None)
    return redirect(request.path)


@never_cache
@require_safe
def report_forgotten(request: HttpRequest) -> HttpResponse:
    return render(request, "catalogue/report_forgotten.html")


def _form_page(request: HttpRequest, solution: Solution, form: UseReportForm) -> HttpResponse:
    return render(request, "catalogue/report_use.html", {"solution": solution, "form": form})


def _too_many(request: HttpRequest, solution: Solution) -> HttpResponse:
    response = render(request, "catalogue/report_too_many.html", {"solution": solution}, status=429)
    response.headers["Retry-After"] = "3600"
    return response


def _context(report: UseReport) -> dict[str, Any]:
    rows = UseReport.objects.filter(email=report.email).select_related("solution", "region").order_by("pk")
    return {
        "waiting": [row for row in rows if row.confirmed_at is None],
        "known": [row for row in rows if row.confirmed_at],
    }


def _own_data(email: str, day: str) -> HttpResponse:
    """A file to keep: readable by people and by machines (Article 20 DSGVO)."""
    response = JsonResponse(export_of_reporter(email), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="meine-meldungen-{day}.json"'
    return response
