"""Writing a Praxisbericht: by an account of the organisation, or by the link of a mail."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.actions import RuleBroken, submit_practice_report, write_practice_report
from catalogue.forms.practice import PracticeReportForm, fingerprint
from catalogue.forms.reports import organisations_of
from catalogue.links import find_contact
from catalogue.models import PracticeReport, Solution, Transfer, TransferContact
from catalogue.places import point_of_view
from catalogue.views.by_link import by_link
from catalogue.views.reports import READ_AND_WRITE
from members.models import User


@never_cache
@require_http_methods(READ_AND_WRITE)
def practice_report(request: HttpRequest, slug: str) -> HttpResponse:
    """For people with an account; everybody else reads how to get in."""
    solution = get_object_or_404(Solution.objects.published(), slug=slug)
    transfers = _own_transfers(request, solution)
    chosen = _chosen(request, transfers)
    if chosen is None:
        context = {"solution": solution, "transfers": transfers}
        return render(request, "catalogue/practice_entry.html", context)
    return _write(request, chosen, request.user.email, request.user)


@never_cache
@require_http_methods(READ_AND_WRITE)
@by_link(find_contact)
def practice_by_link(request: HttpRequest, contact: TransferContact) -> HttpResponse:
    return _write(request, contact.transfer, contact.email, None)


def _own_transfers(request: HttpRequest, solution: Solution) -> list[Transfer]:
    """What this person's organisations have used: experience begins with an agreement."""
    organisations = organisations_of(request.user)
    if not organisations:
        return []
    stages = (*Transfer.ARRIVED, Transfer.Stage.ENDED)
    rows = Transfer.objects.filter(solution=solution, organisation__in=organisations, stage__in=stages)
    return list(rows.select_related("solution", "region", "organisation").order_by("region__sort_key", "pk"))


def _chosen(request: HttpRequest, transfers: list[Transfer]) -> Transfer | None:
    """The only one, or that of the region and organisation in the address."""
    if len(transfers) <= 1:
        return transfers[0] if transfers else None
    region, organisation = point_of_view(request.GET.get("region", "")).region, request.GET.get("organisation", "")
    fits = [one for one in transfers if one.region == region and one.organisation.slug == organisation]
    return fits[0] if fits else None


def _write(request: HttpRequest, transfer: Transfer, email: str, user: User | None) -> HttpResponse:
    report = PracticeReport.objects.open().filter(transfer=transfer).first()
    is_writable = report is None or report.status in PracticeReport.WRITABLE
    form = PracticeReportForm(request.POST if request.method == "POST" else None, instance=report)
    if form.is_bound and is_writable and form.is_valid():
        # the form has written its values into the instance; what is stored is read again
        stored = PracticeReport.objects.open().filter(transfer=transfer).first()
        if form.cleaned_data["read"] == fingerprint(stored):
            try:
                return _save(request, transfer, email, user, form)
            except RuleBroken as broken:
                form.add_error(None, str(broken))
        else:
            form.add_error(None, "Inzwischen hat jemand aus Ihrem Haus gespeichert. Bitte laden Sie die Seite neu.")
    context: dict[str, Any] = {
        "form": form,
        "transfer": transfer,
        "solution": transfer.solution,
        "report": report,
        "is_writable": is_writable,
    }
    return render(request, "catalogue/practice_form.html", context)


def _save(
    request: HttpRequest, transfer: Transfer, email: str, user: User | None, form: PracticeReportForm
) -> HttpResponse:
    with transaction.atomic():
        report = write_practice_report(transfer=transfer, email=email, by=user, **form.content())
        if request.POST.get("schritt") == "senden":
            submit_practice_report(report=report, by=user)
    return redirect(request.get_full_path())
