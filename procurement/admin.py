"""Market explorations and tenders for the procurement officers; what moves their state is asked first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import Truncator

from catalogue.actions import RuleBroken
from members.clock import DatabaseClock, database_now
from members.models import User
from members.staff_pages import Step, WithSteps
from procurement.actions import (
    EXPLORATIONS,
    TENDERS,
    award_tender,
    conclude_without_tender,
    extend_deadline,
    open_exploration,
    publish_clarification,
    publish_result,
    request_review,
    return_to_draft,
    withdraw_exploration,
    write_clarification,
    write_exploration,
)
from procurement.forms import (
    CONTENT,
    AwardForm,
    ClarificationForm,
    DeadlineForm,
    ExplorationForm,
    ResultForm,
    TenderForm,
    WithdrawForm,
)
from procurement.models import Clarification, MarketExploration, Tender

State = MarketExploration.State
COURSE = (
    "state", "author", "review_requested_at", "opened_at", "result_published_at", "result_summary",
    "concluded_without_tender_at", "withdrawn_at", "withdrawn_reason", "changed_at",
)  # fmt: skip

PROCEDURE = ("status", "procedure", "procedure_note", "cpv_codes", "lots", "sovereignty_criteria")


def in_state(*states: State) -> Callable[[MarketExploration, User], bool]:
    def fits(exploration: MarketExploration, user: User) -> bool:
        return exploration.state_at(database_now()) in states

    return fits


def without_end(exploration: MarketExploration, user: User) -> bool:
    evaluated = exploration.state_at(database_now()) == State.EVALUATED
    return evaluated and not exploration.concluded_without_tender_at and not exploration.tenders.exists()


def four_eyes(exploration: MarketExploration, user: User) -> str:
    if exploration.author_id == user.pk:
        return "Sie haben sie geschrieben. Veröffentlichen muss sie eine andere Person (Vier-Augen-Prinzip)."
    return ""


class ProcurementAdmin(WithSteps):
    """Saves with the fields that changed alone, and with a second look at who saved in between."""

    refusals = (RuleBroken, ValidationError)
    search_help_text = "Titel, Auftraggeber oder Kürzel"
    list_select_related = ("buyer",)
    prepopulated_fields = {"slug": ("title",)}

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "fields_of_action":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None):
        """The stamp is a field for who can save alone."""
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        stamp = [(None, {"fields": ("read",), "classes": ("stamp",)})] if may_save else []
        return [*super().get_fieldsets(request, obj), *stamp]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None):
        return {} if obj else self.prepopulated_fields

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RuleBroken as broken:
            self.message_user(request, str(broken), messages.ERROR)
            return redirect(request.path)


class StateFilter(admin.SimpleListFilter):
    title = "Stand"
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = database_now()
        if self.value() == State.WITHDRAWN:
            return queryset.exclude(withdrawn_at=None)
        if self.value() in (State.DRAFT, State.IN_REVIEW):
            unopened = queryset.filter(Q(opened_at=None) | Q(opened_at__gt=now), withdrawn_at=None)
            return unopened.filter(review_requested_at__isnull=self.value() == State.DRAFT)
        if self.value() in State.values:
            return queryset.filter(pk__in=MarketExploration.objects.with_state_at(now).filter(state=self.value()))
        return queryset


@admin.register(MarketExploration)
class ExplorationAdmin(ProcurementAdmin):
    form = ExplorationForm
    list_display = ("title", "buyer", "state", "responses_due_at", "opened_at", "changed_at")
    list_filter = (StateFilter, "legal_basis", "fields_of_action", "is_fictitious")
    search_fields = ("title", "buyer__name", "slug")
    autocomplete_fields = ("buyer", "joint_buyers", "region", "solutions")
    fieldsets = (
        ("Was wird gesucht?", {"fields": ("title", "slug", "summary", "need", "fields_of_action")}),
        ("Wer fragt?", {"fields": ("buyer", "joint_buyers", "region", "contact")}),
        ("Recht und Einordnung", {"fields": ("legal_basis", "cpv_main", "cpv_further")}),
        ("Fristen", {"fields": ("questions_due_at", "responses_due_at")}),
        ("Lösungen und Herkunft", {"fields": ("solutions", "source", "is_fictitious")}),
        ("Verlauf", {"fields": COURSE, "description": "Das ändern nur die Schaltflächen oben."}),
    )
    steps = (
        Step(
            slug="pruefen",
            label="Zur Prüfung geben",
            permission=EXPLORATIONS,
            question="Eine andere Person prüft die Markterkundung und veröffentlicht sie. "
            "Bis dahin lässt sie sich nicht ändern.",
            done="Die Markterkundung liegt zur Prüfung.",
            act=lambda exploration, by: request_review(exploration=exploration, by=by),
            fits=in_state(State.DRAFT),
        ),
        Step(
            slug="veroeffentlichen",
            label="Veröffentlichen",
            permission=EXPLORATIONS,
            question="Die Markterkundung wird sofort öffentlich, und wer ihr folgt, erhält eine Mail. "
            "Die Frist lässt sich danach nur noch verlängern.",
            done="Die Markterkundung ist veröffentlicht.",
            act=lambda exploration, by: open_exploration(exploration=exploration, by=by),
            fits=in_state(State.IN_REVIEW),
            reason_against=four_eyes,
        ),
        Step(
            slug="zurueckgeben",
            label="Zurück in die Vorbereitung",
            permission=EXPLORATIONS,
            question="Die Markterkundung kann wieder bearbeitet werden und muss danach neu geprüft werden.",
            done="Die Markterkundung ist wieder in Vorbereitung.",
            act=lambda exploration, by: return_to_draft(exploration=exploration, by=by),
            fits=in_state(State.IN_REVIEW),
        ),
        Step(
            slug="verlaengern",
            label="Frist verlängern",
            permission=EXPLORATIONS,
            question="Eine Frist kann nur verlängert werden, nie verkürzt (Gleichbehandlung, § 97 Abs. 2 GWB).",
            done="Die Frist ist verlängert.",
            act=lambda exploration, by, **dates: extend_deadline(exploration=exploration, by=by, **dates),
            form=DeadlineForm,
            fits=in_state(State.PUBLISHED),
        ),
        Step(
            slug="ergebnis",
            label="Ergebnis veröffentlichen",
            permission=EXPLORATIONS,
            question="Das Ergebnis wird öffentlich, und wer der Markterkundung folgt, erhält eine Mail.",
            done="Das Ergebnis ist veröffentlicht.",
            act=lambda exploration, by, result_summary: publish_result(
                exploration=exploration, result_summary=result_summary, by=by
            ),
            form=ResultForm,
            fits=in_state(State.CLOSED),
        ),
        Step(
            slug="ohne-ausschreibung",
            label="Ohne Ausschreibung beenden",
            permission=EXPLORATIONS,
            question="Öffentlich steht dann, dass keine Ausschreibung folgt.",
            done="Die Markterkundung ist ohne Ausschreibung beendet.",
            act=lambda exploration, by: conclude_without_tender(exploration=exploration, by=by),
            fits=without_end,
        ),
        Step(
            slug="zurueckziehen",
            label="Zurückziehen",
            permission=EXPLORATIONS,
            question="Die Markterkundung bleibt lesbar, ist aber als zurückgezogen bezeichnet. "
            "Das lässt sich nicht rückgängig machen.",
            done="Die Markterkundung ist zurückgezogen.",
            act=lambda exploration, by, reason: withdraw_exploration(exploration=exploration, reason=reason, by=by),
            form=WithdrawForm,
            fits=in_state(State.PUBLISHED, State.CLOSED),
            is_grave=True,
        ),
    )

    def view_on_site(self, exploration: MarketExploration) -> str | None:
        is_visible = exploration.state_at(database_now()) not in (State.DRAFT, State.IN_REVIEW)
        return exploration.get_absolute_url() if is_visible else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[MarketExploration]:
        """With the database's time, so that a list does not ask for it row by row."""
        return super().get_queryset(request).annotate(asked_at=DatabaseClock())

    @admin.display(description="Stand")
    def state(self, exploration: MarketExploration) -> str:
        return exploration.state_at(exploration.asked_at).label if exploration.pk else State.DRAFT.label

    def get_readonly_fields(self, request: HttpRequest, obj: MarketExploration | None = None) -> tuple[str, ...]:
        if obj is None or obj.state_at(database_now()) == State.DRAFT:
            return COURSE
        return (*CONTENT, *COURSE)

    def save_model(self, request: HttpRequest, obj: MarketExploration, form: ExplorationForm, change: bool) -> None:
        changed = [name for name in form.changed_data if name != "read"]
        write_exploration(exploration=obj, by=request.user, fields=changed if change else None)


class PublishedFilter(admin.SimpleListFilter):
    title = "Stand"
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("offen", "wartet"), ("veroeffentlicht", "veröffentlicht")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(published_at__isnull=self.value() == "offen") if self.value() else queryset


@admin.register(Clarification)
class ClarificationAdmin(ProcurementAdmin):
    form = ClarificationForm
    list_display = ("question_shown", "exploration", "created_at", "published_at")
    list_filter = (PublishedFilter, "created_at")
    search_fields = ("question", "exploration__title")
    search_help_text = "Frage oder Markterkundung"
    list_select_related = ("exploration",)
    autocomplete_fields = ("exploration",)
    prepopulated_fields = {}
    readonly_fields = ("created_at", "published_at", "changed_at")
    fieldsets = (
        ("Frage und Antwort", {"fields": ("exploration", "question", "answer")}),
        ("Nur für die Vergabeakte", {"fields": ("asked_by",)}),
        ("Verlauf", {"fields": ("created_at", "published_at", "changed_at")}),
    )
    steps = (
        Step(
            slug="veroeffentlichen",
            label="Für alle veröffentlichen",
            permission=EXPLORATIONS,
            question="Frage und Antwort werden sofort öffentlich, ohne den Namen der fragenden Person. Wer der "
            "Markterkundung folgt, erhält eine Mail. Danach lässt sich nichts mehr ändern.",
            done="Frage und Antwort sind veröffentlicht.",
            act=lambda clarification, by: publish_clarification(clarification=clarification, by=by),
            fits=lambda clarification, user: clarification.published_at is None,
        ),
    )

    @admin.display(description="Frage")
    def question_shown(self, clarification: Clarification) -> str:
        return Truncator(clarification.question).chars(80)

    def view_on_site(self, clarification: Clarification) -> str | None:
        return clarification.exploration.get_absolute_url() if clarification.published_at else None

    def has_change_permission(self, request: HttpRequest, obj: Clarification | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.published_at)

    def save_model(self, request: HttpRequest, obj: Clarification, form: ClarificationForm, change: bool) -> None:
        changed = [name for name in form.changed_data if name != "read"]
        write_clarification(clarification=obj, by=request.user, fields=changed if change else None)


@admin.register(Tender)
class TenderAdmin(ProcurementAdmin):
    form = TenderForm
    list_display = ("title", "buyer", "status", "procedure", "announced_on", "awarded_at")
    list_filter = ("status", "procedure", "fields_of_action", "is_fictitious")
    search_fields = ("title", "buyer__name", "slug", "notice_id")
    autocomplete_fields = ("buyer", "explorations", "solutions")
    readonly_fields = ("awarded_at", "award_note", "changed_at")
    fieldsets = (
        ("Worum geht es?", {"fields": ("title", "slug", "summary", "buyer", "fields_of_action")}),
        (
            "Verfahren",
            {"fields": PROCEDURE},
        ),
        ("Bekanntmachung", {"fields": ("notice_id", "notice_url", "announced_on")}),
        ("Woher sie kommt, wohin sie führt", {"fields": ("explorations", "solutions", "source", "is_fictitious")}),
        ("Verlauf", {"fields": ("awarded_at", "award_note", "changed_at")}),
    )
    steps = (
        Step(
            slug="zuschlag",
            label="Zuschlag erfassen",
            permission=TENDERS,
            question="Der Zuschlag wird öffentlich, und wer der Ausschreibung folgt, erhält eine Mail.",
            done="Der Zuschlag ist erfasst.",
            act=lambda tender, by, **award: award_tender(tender=tender, by=by, **award),
            form=AwardForm,
            fits=lambda tender, user: tender.status in (Tender.Status.ANNOUNCED, Tender.Status.EVALUATION),
        ),
    )

    def view_on_site(self, tender: Tender) -> str | None:
        return None if tender.status == Tender.Status.PLANNED else tender.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Tender, form: TenderForm, change: bool) -> None:
        obj.changed_at = database_now()
        columns = {field.name for field in self.opts.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        obj.save(update_fields=[*changed, "changed_at"] if change else None)
