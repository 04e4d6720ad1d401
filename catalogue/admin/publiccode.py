"""publiccode.yml in the admin: take files over after a preview; see which value came from where."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator

from catalogue.actions import import_publiccode
from catalogue.forms.publiccode import PubliccodeForm
from catalogue.models import PubliccodeFile, Solution
from catalogue.publiccode.fetching import Fetcher
from catalogue.publiccode.planning import Plan, plan_import
from members.models import Region
from members.outbound import AddressRefused, Unreachable
from members.staff_pages import ReadOnly, asks_and_acts

RELATIONS = {"contacts": "Ansprechpersonen"}
RESULTS = {"created": "neu", "updated": "geändert", "unchanged": "unverändert", "refused": "abgelehnt"}
CHANGED_MEANWHILE = "Eine Datei hat sich seit der Vorschau geändert. Bitte sehen Sie sie noch einmal an."


@dataclass(frozen=True)
class Given:
    address: str
    raw: bytes
    etag: str = ""
    problem: str = ""

    @property
    def plan(self) -> Plan:
        if self.problem:
            return Plan(self.address, "refused", reason=self.problem)
        return plan_import(self.raw, self.address)


def label_of(name: str) -> str:
    return RELATIONS.get(name) or str(Solution._meta.get_field(name).verbose_name)


def in_words(name: str, value: Any) -> str:
    """As people read it: choices by their German names, contacts one a line."""
    if isinstance(value, list):
        return "\n".join(in_words(name, one) for one in value)
    if isinstance(value, dict):
        return ", ".join(str(one) for one in value.values() if one)
    choices = dict(getattr(Solution._meta.get_field(name), "flatchoices", None) or ())
    return str(choices.get(value, value))


@admin.register(PubliccodeFile)
class PubliccodeFileAdmin(ReadOnly):
    list_display = ("source_id", "solution", "read_at", "difference_count", "problem")
    list_select_related = ("solution",)
    search_fields = ("source_id", "address", "solution__title")
    search_help_text = "Repositorium, Adresse oder Lösung"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"catalogue.{get_permission_codename('add', Solution._meta)}")

    @admin.display(description="Abweichungen")
    def difference_count(self, file: PubliccodeFile) -> int:
        return len(file.differences)

    @method_decorator(asks_and_acts)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        file = self.get_object(request, object_id)
        if file is None or request.method == "POST" or not self.has_view_permission(request, file):
            return super().change_view(request, object_id, form_url, extra_context)
        context = self.admin_site.each_context(request) | {
            "title": str(file),
            "opts": self.opts,
            "file": file,
            "solution_url": reverse("admin:catalogue_solution_change", args=[file.solution_id]),
            "origins": [
                row
                | {
                    "label": label_of(name),
                    "since": parse_datetime(row["since"]),
                    "shown": in_words(name, row["value"]),
                }
                for name, row in file.provenance.items()
            ],
            "differences": _differences(file.differences),
            "uses": _uses(file),
        }
        return TemplateResponse(request, "admin/catalogue/publiccode_page.html", context)

    @method_decorator(asks_and_acts)
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)  # refuses
        form = PubliccodeForm(request.POST, request.FILES) if request.method == "POST" else PubliccodeForm()
        given = _given(form) if form.is_bound and form.is_valid() else []
        plans = [one.plan for one in given]
        if given and "uebernehmen" in request.POST:
            if request.POST.getlist("gesehen") == [plan.sha256 for plan in plans]:
                return self._taken_over(request, given)
            form.add_error(None, CHANGED_MEANWHILE)
        return self._asked(request, form, plans)

    def _asked(self, request: HttpRequest, form: PubliccodeForm, plans: list[Plan]) -> HttpResponse:
        file = next((plan for plan in plans if "://" not in plan.address and plan.raw), None)
        context = self.admin_site.each_context(request) | {
            "title": "publiccode.yml übernehmen",
            "opts": self.opts,
            "form": form,
            "visible": [form["addresses"], form["upload"]],
            "previews": [_preview(plan) for plan in plans],
            "kept": {"name": file.address, "text": file.raw} if file else None,
            "may_take_over": any(plan.result in ("created", "updated") for plan in plans),
        }
        return TemplateResponse(request, "admin/catalogue/publiccode_import.html", context)

    def _taken_over(self, request: HttpRequest, given: list[Given]) -> HttpResponse:
        for one in given:
            if one.problem:
                continue
            plan = import_publiccode(raw=one.raw, address=one.address, by=request.user, etag=one.etag)
            if plan.file and plan.result in ("created", "updated"):
                self.log_change(request, plan.file, "Datei übernommen")
                done = f"{plan.title}: {RESULTS[plan.result]}. Öffentlich wird der Entwurf erst nach der Freigabe."
                self.message_user(request, done, messages.SUCCESS)
        return redirect("admin:catalogue_publiccodefile_changelist")


def _given(form: PubliccodeForm) -> list[Given]:
    """Fetched again at every step, so that nothing but what is shown is taken over."""
    fetcher, given = Fetcher(seconds=4), []
    for address in form.cleaned_data["addresses"]:
        try:
            fetched = fetcher.fetch(address)
        except (AddressRefused, Unreachable) as error:
            given.append(Given(address, b"", problem=str(error)))
        else:
            given.append(Given(address, fetched.raw or b"", fetched.etag))
    if file := form.file():
        given.append(Given(*file))
    return given


def _preview(plan: Plan) -> dict[str, Any]:
    is_taken = plan.result in ("created", "updated")
    names = [name for name in plan.changed_fields if plan.found and name in plan.found.origins] if is_taken else []
    return {
        "plan": plan,
        "result": RESULTS[plan.result],
        "changes": [{"label": label_of(name), "value": in_words(name, plan.content[name])} for name in names],
        "differences": _differences(plan.differences),
        "left_out": plan.found.left_out if plan.found and is_taken else [],
        "errors": [str(error) for error in plan.errors] if is_taken else [],
    }


def _differences(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        row
        | {
            "label": label_of(row["field"]),
            "here": in_words(row["field"], row["here"]),
            "there": in_words(row["field"], row["there"]),
        }
        for row in rows
    ]


def _uses(file: PubliccodeFile) -> list[dict[str, Any]]:
    keys = {key for use in file.uses for key in (use["region"], *use["choices"]) if key is not None}
    labels = dict(Region.objects.filter(key__in=keys).values_list("key", "label"))
    return [
        {
            "name": use["name"],
            "found": labels.get(use["region"]) or use["organisation"],
            "choices": [labels[key] for key in use["choices"] if key in labels],
        }
        for use in file.uses
    ]
