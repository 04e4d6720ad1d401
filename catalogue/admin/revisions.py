"""Work on solutions: written by one person, released by another."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator

from catalogue.actions import (
    RuleBroken,
    decline_revision,
    release_revision,
    request_changes,
    save_revision,
    submit_revision,
)
from catalogue.admin.sections import REVISION_SECTIONS
from catalogue.admin.solutions import RELEASE, revision_edit_url
from catalogue.comparison import compare
from catalogue.content import Content, content_of, fingerprint
from catalogue.forms import RevisionForms
from catalogue.models import Solution, SolutionRevision
from members.models import User
from members.staff_pages import Step, WithSteps, asks_and_acts

Status = SolutionRevision.Status
CHANGE = "catalogue.change_solutionrevision"


class NoteForm(forms.Form):
    review_note = forms.CharField(
        label="Anmerkung", required=False, widget=AdminTextareaWidget(attrs={"rows": 4}), max_length=2000
    )


class ReasonForm(forms.Form):
    review_note = forms.CharField(
        label="Was soll sich ändern? Oder warum nicht?",
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        max_length=2000,
    )


def in_review(revision: SolutionRevision, user: User) -> bool:
    return revision.status == Status.IN_REVIEW


def four_eyes(revision: SolutionRevision, user: User) -> str:
    """Shown instead of the button; the verb refuses all the same."""
    if revision.author_id == user.pk:
        return "Sie haben diese Fassung zuletzt bearbeitet. Freigeben muss sie eine andere Person (Vier-Augen-Prinzip)."
    return ""


def four_eyes_and_no_conflict(revision: SolutionRevision, user: User) -> str:
    if revision.is_conflicting:
        base, current = revision.base_number, revision.solution.number
        return f"Diese Fassung beruht auf Fassung {base}, veröffentlicht ist inzwischen Fassung {current}."
    return four_eyes(revision, user)


def solution_url(solution: Solution) -> str:
    return reverse("admin:catalogue_solution_change", args=[solution.pk])


class ConflictFilter(admin.SimpleListFilter):
    title = "Grundlage"
    parameter_name = "grundlage"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("ueberholt", "überholt: andere Fassung freigegeben")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SolutionRevision]) -> QuerySet[SolutionRevision]:
        if self.value() == "ueberholt":
            return queryset.open().exclude(base_number=F("solution__number"))
        return queryset


@admin.register(SolutionRevision)
class RevisionAdmin(WithSteps):
    list_display = ("solution", "number", "status", "author", "note", "submitted_at", "is_conflicting_now")
    list_filter = ("status", ConflictFilter, "is_major_update", ("author", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("solution", "author")
    search_fields = ("solution__title", "solution__slug", "note")
    search_help_text = "Lösung oder Anmerkung"
    refusals = (RuleBroken, ValidationError)
    steps = (
        Step(
            slug="freigeben",
            label="Freigeben",
            permission=RELEASE,
            question="Diese Fassung ersetzt, was veröffentlicht ist. Sie stehen als zweite Person dafür ein.",
            done="Die Fassung ist freigegeben und veröffentlicht.",
            act=lambda revision, by, review_note: release_revision(revision=revision, by=by, review_note=review_note),
            form=NoteForm,
            fits=in_review,
            reason_against=four_eyes_and_no_conflict,
            address_after=solution_url,
        ),
        Step(
            slug="aenderungen-erbitten",
            label="Änderungen erbitten",
            permission=RELEASE,
            question="Die Fassung geht mit Ihrer Anmerkung zurück an die Person, die sie geschrieben hat.",
            done="Die Fassung ist mit Ihrer Anmerkung zurückgegeben.",
            act=lambda revision, by, review_note: request_changes(revision=revision, by=by, review_note=review_note),
            form=ReasonForm,
            fits=in_review,
            reason_against=four_eyes,
        ),
        Step(
            slug="ablehnen",
            label="Ablehnen",
            permission=RELEASE,
            question="Die Fassung wird geschlossen. Veröffentlicht bleibt, was jetzt veröffentlicht ist.",
            done="Die Fassung ist abgelehnt.",
            act=lambda revision, by, review_note: decline_revision(revision=revision, by=by, review_note=review_note),
            form=ReasonForm,
            fits=in_review,
            reason_against=four_eyes,
            is_grave=True,
        ),
        Step(
            slug="einreichen",
            label="Zur Freigabe geben",
            permission=CHANGE,
            question="Eine andere Person mit der Rolle Freigabe prüft die Fassung und gibt sie frei.",
            done="Die Fassung liegt zur Freigabe.",
            act=lambda revision, by: submit_revision(revision=revision, by=by),
            fits=lambda revision, user: revision.status in (Status.DRAFT, Status.CHANGES_REQUESTED),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        edit = self.admin_site.admin_view(self.edit_view)
        return [path("<int:pk>/bearbeiten/", edit, name="catalogue_solutionrevision_edit"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a revision begins at its solution

    @admin.display(description="überholt", boolean=True)
    def is_conflicting_now(self, revision: SolutionRevision) -> bool:
        return revision.is_conflicting

    def get_queryset(self, request: HttpRequest) -> QuerySet[SolutionRevision]:
        return super().get_queryset(request).select_related("solution", "author", "approver")

    @method_decorator(asks_and_acts)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """What this revision changes, old beside new, and what can be done with it. Writes nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        revision = self.get_object(request, object_id)
        if revision is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        sections = compare(_published_before(revision), revision.content)
        context = self.admin_site.each_context(request) | {
            "title": str(revision),
            "opts": self.opts,
            "revision": revision,
            "steps": self.buttons(request, revision),
            "sections": sections,
            "changes": sum(section.changes for section in sections),
            "may_edit": revision.is_open and self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/catalogue/revision_page.html", context)

    @method_decorator(asks_and_acts)
    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        revision = self.get_object(request, str(pk))
        if revision is None:
            raise Http404("Diese Fassung gibt es nicht.")
        if not revision.is_open:
            self.message_user(request, f"Diese Fassung ist {revision.get_status_display()}.", messages.WARNING)
            return redirect(self.address_of(revision))
        work = {name: getattr(revision, name) for name in ("note", "is_major_update", "retires")}
        bundle = RevisionForms(request.POST if request.method == "POST" else None, revision.content, work)
        overtaken = None
        if request.method == "POST" and bundle.is_valid():
            try:
                return self._saved(request, revision, bundle)
            except Overtaken as somebody:
                overtaken, revision = str(somebody), self.get_object(request, str(pk))
            except ValidationError as error:
                bundle.add_errors(error)
            except RuleBroken as broken:
                bundle.form.add_error(None, str(broken))
        return self._edit_page(request, revision, bundle, overtaken)

    def _edit_page(
        self, request: HttpRequest, revision: SolutionRevision, bundle: RevisionForms, overtaken: str | None
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": f"{revision} bearbeiten",
            "opts": self.opts,
            "revision": revision,
            "bundle": bundle,
            "read": request.POST.get("read", "")
            if not overtaken and bundle.form.is_bound
            else fingerprint(revision.content),
            "overtaken": overtaken,
            "adminform": helpers.AdminForm(bundle.form, REVISION_SECTIONS, {}, (), self),
            "media": self.media + bundle.media,
        }
        return TemplateResponse(request, "admin/catalogue/revision_form.html", context)

    def _saved(self, request: HttpRequest, revision: SolutionRevision, bundle: RevisionForms) -> HttpResponse:
        content, work = bundle.content(), bundle.form.work()
        submits = "_submit" in request.POST
        with transaction.atomic():
            locked = SolutionRevision.objects.select_for_update().get(pk=revision.pk)
            if fingerprint(locked.content) not in (request.POST.get("read"), fingerprint(content)):
                raise Overtaken(str(User.objects.filter(pk=locked.author_id).first() or "jemand anderes"))
            saved = save_revision(revision=locked, content=content, by=request.user, **work)
            if submits:
                submit_revision(revision=saved, by=request.user)
        self.log_change(request, revision, "zur Freigabe gegeben" if submits else "bearbeitet")
        done = "Gespeichert und zur Freigabe gegeben." if submits else "Gespeichert. Noch nicht zur Freigabe gegeben."
        self.message_user(request, done, messages.SUCCESS)
        return redirect(self.address_of(revision) if submits else revision_edit_url(revision))


class Overtaken(Exception):
    """Somebody (named) saved this revision since the form was opened."""


def _published_before(revision: SolutionRevision) -> Content | None:
    """What an open revision would replace, and what a closed one began with."""
    if revision.is_open:
        return content_of(revision.solution) if revision.solution.number else None
    earlier: dict[str, Any] = {"number": revision.base_number, "status": Status.RELEASED}
    base = revision.solution.revisions.filter(**earlier).first()
    return base.content if base else None
