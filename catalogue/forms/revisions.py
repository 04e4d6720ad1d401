"""The form of a solution's revision: one form for its fields, one formset for each of its relations."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AdminTextInputWidget,
    AdminURLFieldWidget,
)
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import slugify

from catalogue.content import CONTACT, COVERAGE, PATH, SCALARS, SOURCE, Content, empty_content
from catalogue.models import (
    FieldOfAction,
    ReportedCoverage,
    ReusePath,
    Solution,
    SolutionContact,
    SolutionOrganisation,
    SolutionSource,
)
from members.models import Organisation, Region
from members.staff_pages import Chosen, https_first

SPARE_ROWS = 2  # empty rows of each relation, so that adding works without JavaScript
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = AdminTextareaWidget(attrs={"rows": 3})

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        too_long = [line for line in lines if len(line) > self.longest]
        if too_long:
            raise ValidationError(f"Höchstens {self.longest} Zeichen je Zeile: „{too_long[0][:40]} …“")
        return lines


def _several(label: str, choices: Iterable[Any]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class RevisionForm(forms.ModelForm):
    """The fields of a solution; never saved as a model, its cleaned data is content."""

    fields_of_action = forms.ModelMultipleChoiceField(
        label="Handlungsfelder", queryset=FieldOfAction.objects.all(), to_field_name="slug", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    levels = _several("Ebenen", Solution.Level)
    operating_models = _several("Betriebsmodelle", Solution.OperatingModel)
    competent_level = forms.ChoiceField(
        label="Zuständige Ebene", required=False, help_text="Wessen Aufgabe es ist: der Nenner der Abdeckung."
    )
    standards = LinesField(
        label="Schnittstellen und Standards", longest=60, help_text="Je Zeile einer, z. B. FIT-Connect."
    )
    cpv_codes = LinesField(label="CPV-Codes", longest=8, help_text="Je Zeile einer, acht Ziffern ohne Prüfziffer.")

    note = forms.CharField(
        label="Was ändert sich?", max_length=300, required=False, widget=AdminTextInputWidget,
        help_text="Ein Satz für die Person, die freigibt, und für die Liste der Änderungen.",
    )  # fmt: skip
    is_major_update = forms.BooleanField(label="Wichtige Neuerung: Abonnenten erfahren davon", required=False)
    retires = forms.BooleanField(label="Die Lösung läuft aus: Abonnenten erfahren davon", required=False)

    WORK = ("note", "is_major_update", "retires")

    class Meta:
        model = Solution
        formfield_callback = https_first
        fields = [name for name in SCALARS if name not in ("levels", "operating_models", "standards", "cpv_codes")]
        widgets = {
            "title": AdminTextInputWidget,
            "summary": AdminTextInputWidget,
            "description": AdminTextareaWidget,
            "benefits": AdminTextareaWidget(attrs={"rows": 5}),
            "cost_note": AdminTextareaWidget(attrs={"rows": 4}),
            "licence_note": AdminTextInputWidget,
            "hosting": AdminTextInputWidget,
            "data_location": AdminTextInputWidget,
            "source_url": AdminURLFieldWidget,
            "website_url": AdminURLFieldWidget,
            "documentation_url": AdminURLFieldWidget,
            "accessibility_url": AdminURLFieldWidget,
        }
        help_texts = {
            "summary": "Höchstens 150 Zeichen: was leistet die Lösung für wen?",
            "description": "Markdown: Leerzeile für einen Absatz, „- “ für eine Liste.",
            "campus_stage": "„nutzbar“ braucht Ansprechperson und Nachnutzungsweg, "
            "„skaliert“ Produktivbetrieb in zwei Kreisen.",
            "licence": "Kürzel nach SPDX, z. B. EUPL-1.2; leer, wenn es nicht eindeutig ist.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = (self.initial or {}).get("competent_level") or ""
        kinds = [("", "nicht bekannt"), *Region.Kind.choices]
        others = [(held, held)] if held not in dict(kinds) else []
        self.fields["competent_level"].choices = kinds + others

    def content(self) -> Content:
        found = {name: self.cleaned_data[name] for name in SCALARS}
        return found | {"fields_of_action": [field.slug for field in self.cleaned_data["fields_of_action"]]}

    def work(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.WORK}


class NewSolutionForm(RevisionForm):
    slug = forms.SlugField(
        label="Kürzel in der Adresse", max_length=80, required=False, widget=AdminTextInputWidget,
        help_text="Bleibt für immer. Leer lassen: wird aus dem Namen gebildet.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        slug = data.get("slug") or slugify(data.get("title", "").translate(UMLAUTS))[:80]
        if Solution.objects.filter(slug=slug).exists():
            self.add_error("slug", f"Es gibt schon eine Lösung unter „{slug}“. Bitte wählen Sie ein anderes Kürzel.")
        data["slug"] = slug
        return data


class OrganisationRow(forms.Form):
    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.all(),
        widget=Chosen(SolutionOrganisation._meta.get_field("organisation"), admin.site),
    )  # fmt: skip
    role = forms.ChoiceField(label="Rolle", choices=[("", "---------"), *SolutionOrganisation.Role.choices])


class ContactRow(forms.ModelForm):
    class Meta:
        model = SolutionContact
        formfield_callback = https_first
        fields = CONTACT
        widgets = {"review_due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class PathRow(forms.ModelForm):
    region = forms.ModelChoiceField(
        label="Gilt in", queryset=Region.objects.valid().select_related("canonical"),
        help_text="Diese Region und alles in ihr. Deutschland: gilt überall.",
        widget=Chosen(ReusePath._meta.get_field("region"), admin.site),
    )  # fmt: skip

    class Meta:
        model = ReusePath
        formfield_callback = https_first
        fields = ("region", *PATH)
        widgets = {"steps": AdminTextareaWidget(attrs={"rows": 4})}


class SourceRow(forms.ModelForm):
    class Meta:
        model = SolutionSource
        formfield_callback = https_first
        fields = SOURCE


class CoverageRow(forms.ModelForm):
    class Meta:
        model = ReportedCoverage
        fields = COVERAGE

    def _get_validation_exclusions(self) -> set[str]:
        """The constraint on both numbers is said here in words."""
        return super()._get_validation_exclusions() | {"of"}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("of") is not None and data.get("n") is not None and data["n"] > data["of"]:
            self.add_error("of", "Das Ganze kann nicht kleiner sein als der Teil.")
        return data


class Rows(forms.BaseFormSet):
    """Rows of a relation; the same row twice is an error here and not only when it is released."""

    title = one = name = ""
    together: tuple[str, ...] = ()

    def clean(self) -> None:
        seen = set()
        for form in self.forms:
            if not self.together or not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            key = tuple(form.cleaned_data.get(name) for name in self.together)
            if key in seen:
                raise ValidationError(f"{self.one}: „{key[0]}“ steht zweimal da. Bitte löschen Sie eine Zeile.")
            seen.add(key)


FORMSETS: dict[str, tuple[str, str, type[forms.Form], tuple[str, ...]]] = {
    "organisations": ("Beteiligte Organisationen", "Organisation", OrganisationRow, ("organisation", "role")),
    "contacts": ("Ansprechpersonen", "Ansprechperson", ContactRow, ()),
    "reuse_paths": ("Nachnutzungswege", "Nachnutzungsweg", PathRow, ("region", "legal_route")),
    "sources": ("Quellen", "Quelle", SourceRow, ()),
    "reported_coverages": ("Gemeldete Abdeckung", "Meldung", CoverageRow, ()),
}


class RevisionForms:
    """The form and its formsets as one: valid together, content together."""

    def __init__(
        self,
        data: QueryDict | None,
        content: Content | None = None,
        work: dict[str, Any] | None = None,
        *,
        form: type[RevisionForm] = RevisionForm,
    ) -> None:
        content = empty_content() | (content or {})
        initial = {name: content[name] for name in (*SCALARS, "fields_of_action")} | (work or {})
        self.form = form(data, initial=initial)
        self.formsets = [self._formset(name, data, _rows_to_edit(name, content[name])) for name in FORMSETS]

    @staticmethod
    def _formset(name: str, data: QueryDict | None, rows: list[dict[str, Any]]) -> Rows:
        title, one, row, together = FORMSETS[name]
        made = forms.formset_factory(
            row, formset=Rows, extra=SPARE_ROWS, can_delete=True, max_num=200, absolute_max=220
        )
        formset = made(data, prefix=name, initial=rows)
        formset.title, formset.one, formset.name, formset.together = title, one, name, together
        return formset

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(formset.is_valid() for formset in self.formsets)])

    def content(self) -> Content:
        return self.form.content() | {formset.name: _rows_to_keep(formset) for formset in self.formsets}

    def add_errors(self, error: ValidationError) -> None:
        """Errors of the verb, beside their field where the form has it."""
        for name, found in getattr(error, "error_dict", {None: error}).items():
            self.form.add_error(name if name in self.form.fields else None, found)

    @property
    def error_count(self) -> int:
        """How many fields a person has to look at."""
        rows = sum(len(errors) for formset in self.formsets for errors in formset.errors)
        return len(self.form.errors) + rows + sum(len(formset.non_form_errors()) for formset in self.formsets)

    @property
    def media(self) -> forms.Media:
        return sum((formset.media for formset in self.formsets), self.form.media)


def _rows_to_edit(name: str, rows: list[Content]) -> list[dict[str, Any]]:
    """Content names organisations and regions by slug and key; the form's select boxes need their ids."""
    if name == "organisations":
        ids = dict(Organisation.objects.filter(slug__in=[r["organisation"] for r in rows]).values_list("slug", "pk"))
        return [row | {"organisation": ids.get(row["organisation"])} for row in rows]
    if name == "reuse_paths":
        keys = [row["region"] for row in rows]
        ids = dict(Region.objects.valid().filter(key__in=keys).values_list("key", "pk"))
        return [row | {"region": ids.get(row["region"])} for row in rows]
    return rows


def _rows_to_keep(formset: Rows) -> list[Content]:
    return [
        _plain({name: form.cleaned_data[name] for name in form.fields if name != "DELETE"})
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE") and (form.has_changed() or form.initial)
    ]


def _plain(row: dict[str, Any]) -> Content:
    """As content holds it: the key of a region, the slug of an organisation, a date in ISO."""
    if row.get("review_due"):
        row["review_due"] = row["review_due"].isoformat()
    if "region" in row:
        row["region"] = row["region"].counted().key
    if "legal_route" not in row and "role" in row:
        row["organisation"] = row["organisation"].slug
    return row
