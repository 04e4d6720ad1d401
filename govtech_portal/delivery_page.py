"""„Zustellung“ in the admin: what waits, how fast it goes, and the decision to hold or release it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from govtech_portal.delivery import delivery_figures, queues
from members.actions import hold_delivery, release_delivery
from members.clock import database_now
from members.models import DeliveryDecision, DeliveryGate

SEES, DECIDES = "members.view_deliverygate", "members.change_deliverygate"
SHOWN = 20


class HoldForm(forms.Form):
    grund = forms.CharField(
        label="Warum soll nichts gesendet werden?", max_length=300,
        error_messages={"required": "Bitte sagen Sie, warum nichts gesendet werden soll."},
    )  # fmt: skip


@require_http_methods(("GET", "HEAD", "POST"))
def delivery_page(request: HttpRequest) -> HttpResponse:
    """Wrapped by the admin site, which asks who is there; here is asked what that person may."""
    if not request.user.has_perm(DECIDES if request.method == "POST" else SEES):
        raise PermissionDenied
    form = HoldForm(request.POST if request.POST.get("schritt") == "anhalten" else None)
    if request.method == "POST" and _decided(request, form):
        return redirect(request.path)
    now = database_now()
    context = {
        "title": "Zustellung",
        "gate": DeliveryGate.objects.filter(pk=1).first(),
        "figures": [(one, one.age(now)) for one in delivery_figures(now)],
        "decisions": DeliveryDecision.objects.select_related("by")[:SHOWN],
        "form": form,
        "may_decide": request.user.has_perm(DECIDES),
    }
    return TemplateResponse(request, "admin/delivery.html", context)


def _decided(request: HttpRequest, form: HoldForm) -> bool:
    step = request.POST.get("schritt", "")
    if step == "anhalten":
        if not form.is_valid():
            return False
        hold_delivery(by=request.user, reason=form.cleaned_data["grund"])
        messages.success(request, "Die Zustellung ist angehalten.")
    elif step in ("senden", "verwerfen"):
        drop = [rows.open().filter(due_at__lte=database_now()) for _, _, rows in queues()]
        release_delivery(by=request.user, drop=drop if step == "verwerfen" else ())
        messages.success(request, "Die Zustellung läuft wieder.")
    return True
