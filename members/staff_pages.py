"""What the admin pages of all rooms share: history is never deleted, and a step is asked before it is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from members.models import Dispatch, User

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


def https_first(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """An address typed without its scheme is taken as https."""
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)


class Chosen(AutocompleteSelect):
    """Django's autocompletion, named by its label; a value that is no id is the form's error and not a crash."""

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["js/admin_labels.js"])

    def optgroups(self, name: str, value: list[str], attr: dict | None = None) -> list:
        return super().optgroups(name, [one for one in value if one.isdecimal() and len(one) < 19], attr)


# The browser's own fields for dates work without JavaScript
NATIVE_FIELDS = {
    models.URLField: {"assume_scheme": "https"},
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    },
}


class KeepsHistory(admin.ModelAdmin):
    """Rows that carry history are ended, archived or withdrawn, never deleted."""

    list_per_page = 50
    show_facets = admin.ShowFacets.ALWAYS
    formfield_overrides = NATIVE_FIELDS
    actions_on_top = True  # without actions Django's template would write an inline style, which the CSP refuses

    class Media:
        css = {"all": ("css/admin_pages.css",)}

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = {"title": self.opts.verbose_name_plural}
        return super().changelist_view(request, title | (extra_context or {}))

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the small windows beside a field: our pages for adding take more than one step."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Chosen(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_named_permission(self, request: HttpRequest, verb: str) -> bool:
        """A right of its own beside add, change and view: `catalogue.release_solutionrevision`."""
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")


class ReadOnly(KeepsHistory):
    """A row that only verbs write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class DeliveryFilter(admin.SimpleListFilter):
    """Of rows that stand for a mail."""

    title = "Zustellung"
    parameter_name = "zustellung"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("offen", "wartet"), ("zugestellt", "zugestellt"), ("gescheitert", "nicht zugestellt")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
        if self.value() == "offen":
            return queryset.filter(sent_at=None, failed_at=None)
        if self.value() == "zugestellt":
            return queryset.exclude(sent_at=None)
        return queryset.exclude(failed_at=None) if self.value() == "gescheitert" else queryset


def delivery_state(mail: Dispatch) -> str:
    if mail.sent_at:
        return "zugestellt"
    if mail.failed_at:
        return "nicht zugestellt"
    return "wartet auf den nächsten Versuch" if mail.attempts else "wartet"


def always(row: Any, user: User | AnonymousUser) -> bool:
    return True


def nothing(row: Any, user: User | AnonymousUser) -> str:
    return ""


@dataclass(frozen=True)
class Step:
    """A verb that staff call from the page of a row. GET asks, POST acts; the verb itself holds the rule."""

    slug: str  # in the address
    label: str  # on the button: what happens
    permission: str
    question: str
    done: str
    act: Callable[..., Any]  # act(row, by, **cleaned data of the form)
    form: type[forms.Form] = forms.Form
    fits: Callable[[Any, Any], bool] = always  # whether the button makes sense for the row as it is
    reason_against: Callable[[Any, Any], str] = nothing  # why this person may not: shown instead of the button
    address_after: Callable[[Any], str] | None = None  # of what the verb returned; else the row's own page
    is_grave: bool = False


class WithSteps(KeepsHistory):
    """Buttons that call verbs, each with its confirm page; a broken rule comes back in words, nothing is lost."""

    steps: tuple[Step, ...] = ()
    refusals: tuple[type[Exception], ...] = (ValidationError,)
    change_form_template = "admin/change_form_with_steps.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        return [path("<int:pk>/schritt/<slug:slug>/", view, name=name), *super().get_urls()]

    def buttons(self, request: HttpRequest, row: Model) -> list[dict[str, object]]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_step"
        return [
            {
                "label": step.label,
                "url": reverse(name, args=[row.pk, step.slug]),
                "reason": step.reason_against(row, request.user),
                "is_grave": step.is_grave,
            }
            for step in self.steps
            if request.user.has_perm(step.permission) and step.fits(row, request.user)
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        found = {"steps": self.buttons(request, row)} if row and self.has_view_permission(request, row) else {}
        return super().change_view(request, object_id, form_url, found | (extra_context or {}))

    @method_decorator(asks_and_acts)
    def step_view(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        step = next((step for step in self.steps if step.slug == slug), None)
        if step is None:
            raise Http404("Diesen Schritt gibt es nicht.")
        if not request.user.has_perm(step.permission):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404("Diesen Eintrag gibt es nicht.")
        form = step.form(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                return self._taken(request, step, row, step.act(row, request.user, **form.cleaned_data))
            except self.refusals as refusal:
                form.add_error(None, refusal_in_words(refusal))
        return self.ask(request, row, form, step.question, step.label, is_grave=step.is_grave)

    def ask(
        self, request: HttpRequest, row: Model, form: forms.Form, question: str, button: str, *, is_grave: bool = False
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": button,
            "opts": self.opts,
            "row": row,
            "row_url": self.address_of(row),
            "form": form,
            "question": question,
            "button": button,
            "is_grave": is_grave,
        }
        return TemplateResponse(request, "admin/step.html", context)

    def address_of(self, row: Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def _taken(self, request: HttpRequest, step: Step, row: Model, result: Any) -> HttpResponse:
        self.log_change(request, row, step.done)
        self.message_user(request, step.done, messages.SUCCESS)
        return redirect(step.address_after(result) if step.address_after else self.address_of(row))


def refusal_in_words(refusal: Exception) -> str | list[str]:
    return refusal.messages if isinstance(refusal, ValidationError) else str(refusal)
