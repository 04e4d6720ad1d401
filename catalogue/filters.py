"""What the lists of this room can be asked: solutions and transfers, for pages, fragments and the API alike."""

from collections.abc import Iterable
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Left, Lower, NullIf

from catalogue.models import Solution, Transfer
from catalogue.places import KEY, rows_by_key
from catalogue.words import every_word_in
from members.filters import LONGEST, MOST_VALUES, Chip, FacetSpec, ListFilter
from members.models import Region

STATES = {  # the Länder; none was added or renamed since 1990
    "08": "Baden-Württemberg", "09": "Bayern", "11": "Berlin", "12": "Brandenburg", "04": "Bremen",
    "02": "Hamburg", "06": "Hessen", "13": "Mecklenburg-Vorpommern", "03": "Niedersachsen",
    "05": "Nordrhein-Westfalen", "07": "Rheinland-Pfalz", "10": "Saarland", "14": "Sachsen",
    "15": "Sachsen-Anhalt", "01": "Schleswig-Holstein", "16": "Thüringen",
}  # fmt: skip
LICENCE_NAME = Case(When(licence="proprietary", then=Value("proprietär")), default=F("licence"))
GERMAN_TITLE = Func(Lower("title"), Value("äöüß"), Value("aous"), function="translate")
REGIONS_REACHED = Subquery(
    Transfer.objects.spreading()
    .filter(solution=OuterRef("pk"))
    .order_by()
    .values("solution")
    .annotate(n=Count("region", distinct=True))
    .values("n")
)


class ValuesField(forms.Field):
    """Any number of values of one parameter, each a slug or one of the characters of an SPDX expression."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[str]:
        values = list(dict.fromkeys(value or []))[:MOST_VALUES]
        for one in values:
            if len(one) > LONGEST or not one.isprintable():
                raise ValidationError("Kein gültiger Wert.")
        return values


class SlugsField(ValuesField):
    def clean(self, value: Any) -> list[str]:
        values = super().clean(value)
        for one in values:
            validate_slug(one)
        return values


class RegionsField(ValuesField):
    """Official keys (or `de`, or an AGS) to the rows that count."""

    def clean(self, value: Any) -> list[Region]:
        keys = super().clean(value)
        if not all(KEY.fullmatch(key) for key in keys):
            raise ValidationError("Kein Regionalschlüssel.")
        found = rows_by_key(keys)
        if keys and not found:
            raise ValidationError("Diese Region gibt es nicht.")
        return sorted(set(found.values()), key=lambda region: region.key)


class ValuesFilter(django_filters.Filter):
    field_class = ValuesField

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class SlugsFilter(ValuesFilter):
    field_class = SlugsField


class RegionsFilter(ValuesFilter):
    field_class = RegionsField


class SolutionFilter(ListFilter):
    """Published solutions. Several values of one filter mean any of them; several filters mean all of them."""

    ENGLISH: ClassVar = {
        "field_of_action": "handlungsfeld", "stage": "phase", "level": "ebene", "licence": "lizenz",
        "operating_model": "betriebsmodell", "ai": "ki", "verification": "pruefstatus",
        "modified_since": "geaendert_seit", "ordering": "sortierung",
    }  # fmt: skip
    VALUES: ClassVar = {
        "ki": {"true": "ja", "false": "nein"},
        "ebene": {"federal": "bund", "state": "land", "municipal": "kommune"},
        "sortierung": {"relevance": "relevanz", "title": "name", "newest": "neueste", "spread": "verbreitung"},
    }

    q = django_filters.CharFilter(label="Suche", method="has_words", max_length=LONGEST)
    handlungsfeld = SlugsFilter(label="Handlungsfeld", method="in_fields")
    phase = django_filters.MultipleChoiceFilter(
        label="Phase", field_name="campus_stage", choices=Solution.Stage, distinct=False
    )
    ebene = django_filters.MultipleChoiceFilter(label="Ebene", choices=Solution.Level, method="for_levels")
    region = RegionsFilter(label="genutzt in", method="used_in")
    lizenz = ValuesFilter(label="Lizenz", field_name="licence")
    betriebsmodell = django_filters.MultipleChoiceFilter(
        label="Betriebsmodell", choices=Solution.OperatingModel, method="operated_as"
    )
    ki = django_filters.MultipleChoiceFilter(label="KI", choices=[("ja", "ja"), ("nein", "nein")], method="with_ai")
    pruefstatus = django_filters.MultipleChoiceFilter(
        label="Prüfstatus der Nutzung", choices=Transfer.Verification, method="use_is"
    )
    geaendert_seit = django_filters.IsoDateTimeFilter(label="Geändert seit", field_name="changed_at", lookup_expr="gte")
    sortierung = django_filters.ChoiceFilter(
        label="Sortierung",
        choices=[
            ("relevanz", "Relevanz"), ("name", "Name"), ("neueste", "Neueste"), ("verbreitung", "Verbreitung"),
        ],
        method="sorted_by",
    )  # fmt: skip

    def has_words(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return every_word_in(rows, text)

    def in_fields(self, rows: QuerySet, name: str, slugs: list[str]) -> QuerySet:
        through = Solution.fields_of_action.through.objects
        return rows.filter(Exists(through.filter(solution=OuterRef("pk"), fieldofaction__slug__in=slugs)))

    def for_levels(self, rows: QuerySet, name: str, levels: list[str]) -> QuerySet:
        return rows.filter(levels__overlap=levels)

    def operated_as(self, rows: QuerySet, name: str, models: list[str]) -> QuerySet:
        return rows.filter(operating_models__overlap=models)

    def with_ai(self, rows: QuerySet, name: str, chosen: list[str]) -> QuerySet:
        return rows.filter(is_ai__in=[choice == "ja" for choice in chosen])

    def used_in(self, rows: QuerySet, name: str, regions: list[Region]) -> QuerySet:
        """Used in one of the regions or within it; interest alone is no use."""
        return rows.filter(Exists(_uses().filter(_within(regions))))

    def use_is(self, rows: QuerySet, name: str, chosen: list[str]) -> QuerySet:
        """At least one use is confirmed, or self-declared, or not confirmed."""
        return rows.filter(Exists(_uses().filter(verification__in=chosen)))

    def sorted_by(self, rows: QuerySet, name: str, order: str) -> QuerySet:
        if order == "neueste":
            return rows.order_by(F("published_at").desc(nulls_last=True), "-pk")
        if order == "verbreitung":
            return rows.order_by(REGIONS_REACHED.desc(nulls_last=True), GERMAN_TITLE, "pk")
        return rows.order_by(GERMAN_TITLE, "pk") if order == "name" else rows


class SolutionPageFilter(SolutionFilter):
    """The list page has one question more: the reader's own region, which narrows nothing."""

    fuer = django_filters.CharFilter(label="Ihre Region", method="seen_from", max_length=LONGEST)

    def seen_from(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows

    def chips(self, facets: Iterable[Any]) -> list[Chip]:
        """Order and point of view are set elsewhere, and are no chips."""
        names = {key: region.label for region in self.form.cleaned_data.get("region") or [] for key in _names(region)}
        shown = []
        for name, values in self.data.lists():
            if name not in ("sortierung", "fuer"):
                labels = _labels(facets, name) | (names if name == "region" else {})
                shown += [
                    Chip(labels.get(value, f"„{value}“"), f"?{self.query(without=name, value=value)}")
                    for value in dict.fromkeys(values)
                ]
        return shown


class TransferFilter(ListFilter):
    """Expects public transfers. `region` is there or within."""

    ENGLISH: ClassVar = {
        "solution": "loesung", "stage": "stand", "verification": "pruefstatus", "modified_since": "geaendert_seit",
        "field_of_action": "handlungsfeld",
    }  # fmt: skip

    loesung = SlugsFilter(label="Lösung", field_name="solution__slug")
    handlungsfeld = SlugsFilter(label="Handlungsfeld", method="in_fields")
    region = RegionsFilter(label="Region", method="lies_in")
    stand = django_filters.MultipleChoiceFilter(
        label="Stand",
        field_name="stage",
        choices=[choice for choice in Transfer.Stage.choices if choice[0] != Transfer.Stage.DECLINED],
        distinct=False,
    )
    pruefstatus = django_filters.MultipleChoiceFilter(
        label="Prüfstatus", field_name="verification", choices=Transfer.Verification, distinct=False
    )
    geaendert_seit = django_filters.IsoDateTimeFilter(label="Geändert seit", field_name="changed_at", lookup_expr="gte")

    def in_fields(self, rows: QuerySet, name: str, slugs: list[str]) -> QuerySet:
        through = Solution.fields_of_action.through.objects
        return rows.filter(Exists(through.filter(solution=OuterRef("solution"), fieldofaction__slug__in=slugs)))

    def lies_in(self, rows: QuerySet, name: str, regions: list[Region]) -> QuerySet:
        return rows.filter(_within(regions))


class ArrivalFilter(ListFilter):
    """What arrived, in a region or within it, of some fields of action."""

    ENGLISH: ClassVar = {"field_of_action": "handlungsfeld"}

    handlungsfeld = SlugsFilter(label="Handlungsfeld", method="in_fields")
    region = RegionsFilter(label="Region", method="lies_in")
    in_fields = TransferFilter.in_fields
    lies_in = TransferFilter.lies_in


FACETS = (
    FacetSpec("handlungsfeld", "Handlungsfeld", "fields_of_action__slug", "fields_of_action__name"),
    FacetSpec("phase", "Phase", "campus_stage", labels=dict(Solution.Stage.choices)),
    FacetSpec("ebene", "Ebene", Func("levels", function="unnest"), labels=dict(Solution.Level.choices)),
    FacetSpec("region", "Genutzt in", NullIf(Left("use__region__key", 2), Value("")), labels=STATES),
    FacetSpec("pruefstatus", "Nutzung geprüft?", "use__verification", labels=dict(Transfer.Verification.choices)),
    FacetSpec("lizenz", "Lizenz", NullIf("licence", Value("")), LICENCE_NAME),
    FacetSpec(
        "betriebsmodell",
        "Betriebsmodell",
        Func("operating_models", function="unnest"),
        labels=dict(Solution.OperatingModel.choices),
    ),
    FacetSpec(
        "ki",
        "Künstliche Intelligenz",
        Case(When(is_ai=True, then=Value("ja")), default=Value("nein")),
        labels={"ja": "KI-System", "nein": "kein KI-System"},
    ),
)


def counted_solutions() -> QuerySet[Solution]:
    """What the facets count in: published solutions with their use joined as `use` where a facet asks for it."""
    use = FilteredRelation("transfers", condition=Q(transfers__stage__in=Transfer.ARRIVED))
    return Solution.objects.published().annotate(use=use)


def _uses() -> QuerySet[Transfer]:
    return Transfer.objects.spreading().filter(solution=OuterRef("pk"))


def _within(regions: list[Region]) -> Q:
    found = Q(pk__in=[])
    for region in regions:
        found |= Q(region__key__startswith=region.key)
    return found


def _names(region: Region) -> tuple[str, ...]:
    return region.address_key, region.ags


def _labels(facets: Iterable[Any], name: str) -> dict[str, str]:
    return {o["value"]: o["label"] for facet in facets if facet["name"] == name for o in facet["options"]}
