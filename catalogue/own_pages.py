"""Pages under /konto/ of an organisation's work in the catalogue: propose, keep current, confirm."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.actions.proposing import confirm_own_transfer, propose_change, propose_solution
from catalogue.actions.revisions import RuleBroken
from catalogue.content import content_of, fingerprint
from catalogue.forms.proposing import ProposalForm
from catalogue.models import Solution, SolutionRevision
from catalogue.own_work import STATES, missing_in, note_to, open_work, solutions_of, uses_to_confirm
from members.models import Organisation
from members.own_organisation import own_organisation

READ_AND_WRITE = ["GET", "HEAD", "POST"]
SENT = "Danke. Das Campus-Team prüft Ihre Angaben. Den Stand sehen Sie hier."
CONFIRMED = "Danke, die Angabe ist bestätigt."
DENIED = "Danke. Das Campus-Team beendet den Eintrag."
KEPT = "Gespeichert. Das Campus-Team sieht den Entwurf erst, wenn Sie ihn zur Prüfung geben."


@never_cache
@login_required
@require_http_methods(READ_AND_WRITE)
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Lösung vorschlagen."""
    organisation = own_organisation(request, slug, "catalogue.propose_solution")
    data = request.POST if request.method == "POST" else None
    form = ProposalForm(data, organisation=organisation, content={})
    if form.is_bound and form.is_valid():
        submits = "entwurf" not in request.POST
        try:
            propose_solution(organisation=organisation, content=form.content(), by=request.user, submits=submits)
        except ValidationError as refusal:
            _add_errors(form, refusal)
        except IntegrityError:
            form.add_error("title", "Eben wurde eine Lösung mit diesem Namen angelegt. Bitte senden Sie noch einmal.")
        else:
            messages.success(request, SENT if submits else KEPT)
            return redirect("own_organisation", organisation.slug)
    return render(request, "catalogue/proposal_form.html", {"organisation": organisation, "form": form})


@never_cache
@login_required
@require_http_methods(READ_AND_WRITE)
def own_solution(request: HttpRequest, slug: str, solution: str) -> HttpResponse:
    """Keep the facts current: a revision that the campus team releases. Decided proposals are only shown."""
    organisation = own_organisation(request, slug, "catalogue.propose_solution")
    found = get_object_or_404(solutions_of(organisation), slug=solution)
    revision = open_work(found, organisation)
    decided = None if revision or found.number else found.revisions.first()
    if decided:
        note = note_to(organisation, decided)
        context = {"organisation": organisation, "solution": found, "note": note}
        return render(request, "catalogue/proposal_decided.html", context)
    content = revision.content if revision else content_of(found)
    data = request.POST if request.method == "POST" else None
    form = ProposalForm(data, organisation=organisation, content=content, read=fingerprint(content))
    if form.is_bound and form.is_valid() and (answer := _changed(request, organisation, found, form)):
        return answer
    context = {
        "organisation": organisation,
        "solution": found,
        "note": note_to(organisation, revision),
        "state": STATES[SolutionRevision.Status(revision.status)] if revision else None,
        "missing": missing_in(content),
        "form": form,
    }
    return render(request, "catalogue/proposal_form.html", context)


def _changed(
    request: HttpRequest, organisation: Organisation, solution: Solution, form: ProposalForm
) -> HttpResponse | None:
    submits = "entwurf" not in request.POST
    try:
        propose_change(
            solution=solution, organisation=organisation, content=form.content(), read=form.cleaned_data["read"],
            by=request.user, submits=submits,
        )  # fmt: skip
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        _add_errors(form, refusal)
    else:
        messages.success(request, SENT if submits else KEPT)
        return redirect("own_organisation", organisation.slug)
    return None


def _add_errors(form: ProposalForm, refusal: ValidationError) -> None:
    for name, found in getattr(refusal, "error_dict", {None: refusal.messages}).items():
        form.add_error(name if name in form.fields else None, found)


@never_cache
@login_required
@require_http_methods(READ_AND_WRITE)
def own_transfer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stimmt noch? Asked by the page, answered by a POST."""
    organisation = own_organisation(request, slug, "catalogue.confirm_own_transfer")
    transfer = get_object_or_404(uses_to_confirm(organisation, timezone.now()), pk=pk)
    if request.method == "POST" and request.POST.get("antwort") in ("ja", "nein"):
        is_still_true = request.POST["antwort"] == "ja"
        try:
            confirm_own_transfer(transfer=transfer, is_still_true=is_still_true, by=request.user)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            said = (
                "Danke, die Angabe ist bestätigt." if is_still_true else "Danke. Das Campus-Team beendet den Eintrag."
            )
            messages.success(request, said)
        return redirect("own_organisation", organisation.slug)
    context = {"organisation": organisation, "transfer": transfer}
    return render(request, "catalogue/own_transfer.html", context)
