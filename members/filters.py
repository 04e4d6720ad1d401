"""What the lists of this room can be asked, and how every list of the portal is asked.

A FilterSet answers page, fragment, API, feed and saved search alike. Its names are German; the English names
of the API mean the same filter, and so do the English values.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.text import slugify

from members.models import Membership, Organisation, Region

LONGEST = 200  # characters of a search text
MOST_VALUES = 50  # of one parameter
YES = [("ja", "ja")]


class FacetSpec(NamedTuple):
    """A group of options beside a list: the filter's name, its heading, and what is counted under which label."""

    name: str
    heading: str
    option: str | Combinable
    label: str | Combinable | None = None
    labels: Mapping[str, str] | None = None  # of a choice field, in its order


class Chip(NamedTuple):
    label: str
    url: str


class QuestionForm(forms.Form):
    """Has the fields that are asked, and those that pages look at even when they are not."""

    ALWAYS = ("sortierung", "region", "aehnlich")

    def __init__(self, data: QueryDict, *args: Any, **kwargs: Any) -> None:
        every = type(self).base_fields  # type: ignore[attr-defined]  # made by the class's own class
        self.base_fields = {name: one for name, one in every.items() if name in data or name in self.ALWAYS}
        super().__init__(data, *args, **kwargs)


class ListFilter(django_filters.FilterSet):
    """A list's questions. `ENGLISH` maps the API's names to ours, `VALUES` its values."""

    ENGLISH: ClassVar[dict[str, str]] = {}
    VALUES: ClassVar[dict[str, dict[str, str]]] = {}
    _form_made: ClassVar[Any] = None

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        asked = self.in_german(data)
        # copying every filter for every request costs more than the answer: what is not asked filters nothing
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in asked}
        super().__init__(asked, *args, **kwargs)

    @classmethod
    def in_german(cls, data: QueryDict | None) -> QueryDict:
        """What was asked, known names only, under the German name; empty values say nothing."""
        asked = QueryDict(mutable=True)
        for name, values in (data or QueryDict()).lists():
            name = cls.ENGLISH.get(name, name)
            if name in cls.base_filters:
                meant = cls.VALUES.get(name, {})
                asked.setlistdefault(name).extend(meant.get(value, value) for value in values if value.strip())
        for name, values in list(asked.lists()):
            asked.setlist(name, list(dict.fromkeys(values))[:MOST_VALUES])
            if not values:
                del asked[name]
        return asked

    def get_form_class(self) -> Any:
        """Made once a class: it depends on the declaration alone, and every request needs it."""
        made = type(self).__dict__.get("_form_made")
        if made is None:
            fields = {name: one.field for name, one in type(self).base_filters.items()}
            made = type(f"{type(self).__name__}Form", (QuestionForm,), fields)
            type(self)._form_made = made
        return made

    @classmethod
    def names(cls) -> set[str]:
        """Every parameter that this list understands, in both languages."""
        return {*cls.base_filters, *cls.ENGLISH}

    def query(self, *, without: str = "", value: str | None = None) -> str:
        """The list's own parameters, encoded: all, without one filter, or without one value of it."""
        pairs = [
            (name, given)
            for name, values in sorted(self.data.lists())
            for given in values
            if name != without or (value is not None and given != value)
        ]
        return urlencode(pairs)

    def narrowed(self, *, without: str = "") -> QuerySet:
        """The rows that answer all questions, or all but one: what an option of that one is counted in."""
        self.errors  # noqa: B018  # cleans the data
        rows = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name != without:
                rows = self.filters[name].filter(rows, value) if name in self.filters else rows
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.narrowed()

    def counted(self, specs: Iterable[FacetSpec]) -> tuple[int, list[dict[str, Any]]]:
        """The number of results and every facet's options with their true counts, in one statement."""
        specs = list(specs)
        counts = [_count(self.narrowed(), "", Value(""), Value(""))]
        for spec in specs:
            option = F(spec.option) if isinstance(spec.option, str) else spec.option
            label = F(spec.label) if isinstance(spec.label, str) else spec.label
            counts.append(_count(self.narrowed(without=spec.name), spec.name, option, label or Value("")))
        rows = counts[0].union(*counts[1:], all=True)
        found: dict[str, dict[str, tuple[str, int]]] = {}
        for facet, option, label, n in rows:
            if option is not None:  # rows without a value; not excluded in SQL, because options may come from unnest()
                found.setdefault(facet, {})[option] = (label, n)
        total = found.get("", {}).get("", ("", 0))[1]
        return total, [self._facet(spec, found.get(spec.name, {})) for spec in specs]

    def _facet(self, spec: FacetSpec, found: dict[str, tuple[str, int]]) -> dict[str, Any]:
        chosen = self.data.getlist(spec.name)
        labels = spec.labels or {value: label for value, (label, _) in sorted(found.items(), key=lambda f: f[1][0])}
        options = [
            {
                "name": spec.name, "id": f"{spec.name}_{slugify(value)}", "value": value, "label": label,
                "count": found.get(value, ("", 0))[1], "checked": value in chosen,
            }
            for value, label in labels.items()
            if value in found or value in chosen
        ]  # fmt: skip
        return {"name": spec.name, "label": spec.heading, "options": options}

    def chips(self, facets: Iterable[Mapping[str, Any]]) -> list[Chip]:
        """What is set, each with the address of the list without it."""
        labels = {(facet["name"], o["value"]): o["label"] for facet in facets for o in facet["options"]}
        return [
            Chip(labels.get((name, value), f"„{value}“"), f"?{self.query(without=name, value=value)}")
            for name, values in self.data.lists()
            for value in dict.fromkeys(values)
        ]


def _count(rows: QuerySet, facet: str, option: Combinable, label: Combinable) -> QuerySet:
    text = {"output_field": TextField()}
    return (
        rows.order_by()
        .annotate(_facet=Value(facet, **text), _option=Cast(option, **text), _label=Cast(label, **text))
        .values("_facet", "_option", "_label")
        .annotate(_n=Count("pk", distinct=True))
        .values_list("_facet", "_option", "_label", "_n")
    )


class WordsFilter(django_filters.CharFilter):
    """Every word must be found somewhere in the named fields, upper and lower case alike."""

    def __init__(self, *, fields: Iterable[str], **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)
        self.searched = tuple(fields)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        for word in re.findall(r"\S+", value or "")[:20]:
            found = Q()
            for field in self.searched:
                found |= Q(**{f"{field}__icontains": word})
            qs = qs.filter(found)
        return qs


class YesFilter(django_filters.ChoiceFilter):
    """A box to tick: `ja`, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(**{self.field_name: True}) if value == "ja" else qs


CATEGORY_NOW = Subquery(
    Membership.objects.filter(organisation=OuterRef("pk"), until=None).order_by("pk").values("category")[:1]
)


class OrganisationFilter(ListFilter):
    """Expects a queryset annotated with `category` (CATEGORY_NOW): the membership of today."""

    ENGLISH: ClassVar = {"kind": "art", "membership": "mitgliedschaft", "scaling_partner": "skalierungspartner"}
    VALUES: ClassVar = {"skalierungspartner": {"true": "ja", "1": "ja"}}

    q = WordsFilter(label="Suche", fields=("name", "short_name", "description"))
    art = django_filters.MultipleChoiceFilter(label="Art", field_name="kind", choices=Organisation.Kind, distinct=False)
    mitgliedschaft = django_filters.MultipleChoiceFilter(
        label="Mitgliedschaft", field_name="category", choices=Membership.Category, distinct=False
    )
    skalierungspartner = YesFilter(label="Skalierungspartner", field_name="is_scaling_partner")


class RegionFilter(ListFilter):
    """Regions for machines: by words, by level, by what they lie in."""

    ENGLISH: ClassVar = {"kind": "ebene", "within": "innerhalb"}

    q = WordsFilter(label="Suche", fields=("label", "search_text"))
    ebene = django_filters.MultipleChoiceFilter(label="Ebene", field_name="kind", choices=Region.Kind, distinct=False)
    innerhalb = django_filters.CharFilter(
        label="Innerhalb",
        method="lies_within",
        validators=[RegexValidator(r"\A(de|\d{1,12})\Z", "Kein Regionalschlüssel.")],
    )

    def lies_within(self, rows: QuerySet, name: str, key: str) -> QuerySet:
        return rows.filter(key__startswith="" if key == "de" else key)
