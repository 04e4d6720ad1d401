"""Stimmt noch? One page that a yearly mail links to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.actions import answer_request, stop_asking
from catalogue.links import find_request, practice_path
from catalogue.models import ConfirmationRequest, TransferContact
from catalogue.views.by_link import by_link
from catalogue.views.reports import READ_AND_WRITE


@never_cache
@require_http_methods(READ_AND_WRITE)
@by_link(find_request)
def still_true(request: HttpRequest, asked: ConfirmationRequest) -> HttpResponse:
    """GET shows the question, POST answers it; the first answer counts and the page says which it was."""
    contact = TransferContact.objects.filter(transfer=asked.transfer_id).first()
    if request.method == "POST":
        step = request.POST.get("antwort", "")
        if step in ("ja", "nein"):
            answer_request(request=asked, is_still_true=step == "ja")
        if step == "nicht-fragen" and contact:
            stop_asking(contact=contact)
            return redirect("report_forgotten")
        return redirect(request.path)
    transfer = asked.transfer
    context = {
        "asked": asked,
        "transfer": transfer,
        "has_contact": contact is not None,
        "practice_path": practice_path(contact) if contact else "",
    }
    return render(request, "catalogue/still_true.html", context)
