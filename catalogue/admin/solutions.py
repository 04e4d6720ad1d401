"""Solutions: what the public sees is read here; work on it happens on revisions."""

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from catalogue.actions import RuleBroken, archive_solution, create_solution, start_revision, withdraw_solution
from catalogue.admin.sections import NEW_SOLUTION_SECTIONS
from catalogue.comparison import in_words
from catalogue.content import content_of
from catalogue.forms import NewSolutionForm, RevisionForms
from catalogue.models import Solution, SolutionContact, SolutionRevision, Transfer
from members.models import User
from members.staff_pages import Step, WithSteps, asks_and_acts

RELEASE = "catalogue.release_solutionrevision"


def revision_edit_url(revision: SolutionRevision) -> str:
    return reverse("admin:catalogue_solutionrevision_edit", args=[revision.pk])


def is_public(solution: Solution, user: User) -> bool:
    return solution.is_public


class ReviewDueFilter(admin.SimpleListFilter):
    title = "Wiedervorlage"
    parameter_name = "wiedervorlage"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("faellig", "Ansprechperson prüfen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Solution]) -> QuerySet[Solution]:
        if self.value() != "faellig":
            return queryset
        due = SolutionContact.objects.filter(solution=OuterRef("pk"), review_due__lte=timezone.localdate())
        return queryset.filter(Exists(due))


@admin.register(Solution)
class SolutionAdmin(WithSteps):
    list_display = ("title", "editorial_status", "campus_stage", "uses", "has_open_work", "changed_at")
    list_filter = ("editorial_status", "campus_stage", "fields_of_action", ReviewDueFilter, "is_fictitious")
    search_fields = ("title", "summary", "slug")
    search_help_text = "Name, Kurzbeschreibung oder Kürzel"
    refusals = (RuleBroken, ValidationError)
    steps = (
        Step(
            slug="fassung",
            label="Neue Fassung bearbeiten",
            permission="catalogue.add_solutionrevision",
            question="Sie beginnen eine neue Fassung mit dem, was jetzt veröffentlicht ist. "
            "Öffentlich ändert sich erst etwas, wenn eine zweite Person sie freigibt.",
            done="Die neue Fassung ist angelegt. Öffentlich ist sie erst nach der Freigabe.",
            act=lambda solution, by: start_revision(solution=solution, by=by),
            fits=lambda solution, user: solution.number > 0,
            address_after=revision_edit_url,
        ),
        Step(
            slug="archivieren",
            label="Archivieren",
            permission=RELEASE,
            question="Die Lösung verschwindet aus dem Katalog. Transfers und Fassungen bleiben erhalten.",
            done="Die Lösung ist archiviert und nicht mehr öffentlich.",
            act=lambda solution, by: archive_solution(solution=solution, by=by),
            fits=is_public,
            is_grave=True,
        ),
        Step(
            slug="zurueckziehen",
            label="Zurückziehen",
            permission=RELEASE,
            question="Die Lösung verschwindet sofort aus dem Katalog, zum Beispiel weil Angaben falsch sind.",
            done="Die Lösung ist zurückgezogen und nicht mehr öffentlich.",
            act=lambda solution, by: withdraw_solution(solution=solution, by=by),
            fits=is_public,
            is_grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Solution]:
        open_work = SolutionRevision.objects.open().filter(solution=OuterRef("pk"))
        uses = Transfer.objects.filter(solution=OuterRef("pk")).order_by().values("solution")
        counted = Coalesce(Subquery(uses.annotate(n=Count("pk")).values("n")), 0)
        return super().get_queryset(request).annotate(use_count=counted, open_work=Exists(open_work))

    @admin.display(description="Transfers", ordering="use_count")
    def uses(self, solution: Solution) -> int:
        return solution.use_count

    @admin.display(description="offene Fassung", boolean=True)
    def has_open_work(self, solution: Solution) -> bool:
        return solution.open_work

    def has_change_permission(self, request: HttpRequest, obj: Solution | None = None) -> bool:
        return False  # its content is changed by releasing a revision, its state by a step

    @staticmethod
    def suggestion(solution: Solution) -> str:
        return str(solution) if solution.is_public else f"{solution} – {solution.get_editorial_status_display()}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        solution = self.get_object(request, object_id)
        if solution is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        revisions = list(solution.revisions.select_related("author", "approver"))
        for revision in revisions:
            revision.solution = solution
        context = self.admin_site.each_context(request) | {
            "title": solution.title,
            "opts": self.opts,
            "solution": solution,
            "steps": self.buttons(request, solution),
            "sections": in_words(content_of(solution)) if solution.number else [],
            "revisions": revisions,
            "open_revisions": [revision for revision in revisions if revision.is_open],
        }
        return TemplateResponse(request, "admin/catalogue/solution_page.html", context)

    @method_decorator(asks_and_acts)
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        bundle = RevisionForms(request.POST if request.method == "POST" else None, form=NewSolutionForm)
        if request.method == "POST" and bundle.is_valid():
            try:
                return self._created(request, bundle)
            except ValidationError as error:
                bundle.add_errors(error)
            except IntegrityError:
                bundle.form.add_error("slug", "Dieses Kürzel wurde eben vergeben. Bitte wählen Sie ein anderes.")
        context = self.admin_site.each_context(request) | {
            "title": "Lösung anlegen",
            "opts": self.opts,
            "bundle": bundle,
            "adminform": helpers.AdminForm(bundle.form, NEW_SOLUTION_SECTIONS, {}, (), self),
            "media": self.media + bundle.media,
            "is_new": True,
        }
        return TemplateResponse(request, "admin/catalogue/revision_form.html", context)

    def _created(self, request: HttpRequest, bundle: RevisionForms) -> HttpResponse:
        data = bundle.form.cleaned_data
        content = bundle.content()
        revision = create_solution(slug=data["slug"], content=content, by=request.user, note=data["note"])
        self.log_addition(request, revision.solution, "Lösung angelegt")
        self.message_user(
            request, "Die Lösung ist als Entwurf gespeichert. Geben Sie die Fassung zur Freigabe.", messages.SUCCESS
        )
        return redirect("admin:catalogue_solutionrevision_change", revision.pk)
