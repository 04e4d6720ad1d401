"""What the list of solutions can be asked: the same questions for page, fragment, API, feed and saved search."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from catalogue.facets.reading import EU_ONLY
from catalogue.filters.fields import RegionsField, RegionsFilter, SlugsFilter, ValuesFilter
from catalogue.models import Solution, Transfer
from catalogue.models.solutions import TITLE_KEY
from catalogue.places import rows_by_key
from catalogue.search import Found, find, matching, ranked
from members.filters import LONGEST, ListFilter
from members.models import Region

SOVEREIGNTY = {
    "offene-lizenz": ("offene Lizenz", ~Q(licence__in=("", "proprietary"))),
    "quelltext": ("Quelltext einsehbar", ~Q(source_url="")),
    "daten-eu": ("Daten nur in Deutschland oder der EU", Q(data_location__iregex=EU_ONLY)),
}
ORDERS = [("relevanz", "Relevanz"), ("name", "Name"), ("neueste", "Neueste"), ("verbreitung", "Verbreitung")]
REGIONS_REACHED = Subquery(
    Transfer.objects.spreading()
    .filter(solution=OuterRef("pk"))
    .order_by()
    .values("solution")
    .annotate(n=Count("region", distinct=True))
    .values("n")
)


class SolutionFilter(ListFilter):
    """Published solutions. Several values of one filter mean any of them; several filters mean all of them."""

    ENGLISH: ClassVar = {
        "field_of_action": "handlungsfeld", "stage": "phase", "level": "ebene", "licence": "lizenz",
        "operating_model": "betriebsmodell", "ai": "ki", "verification": "pruefstatus", "similar_to": "aehnlich",
        "sovereignty": "souveraenitaet", "modified_since": "geaendert_seit", "ordering": "sortierung",
    }  # fmt: skip
    VALUES: ClassVar = {
        "ki": {"true": "ja", "false": "nein"},
        "ebene": {"federal": "bund", "state": "land", "municipal": "kommune"},
        "sortierung": {"relevance": "relevanz", "title": "name", "newest": "neueste", "spread": "verbreitung"},
    }

    _meant: Found | None = None

    q = django_filters.CharFilter(label="Suche", method="has_words", max_length=LONGEST)
    handlungsfeld = SlugsFilter(label="Handlungsfeld", method="in_fields")
    phase = django_filters.MultipleChoiceFilter(
        label="Phase", field_name="campus_stage", choices=Solution.Stage, distinct=False
    )
    ebene = django_filters.MultipleChoiceFilter(label="Ebene", choices=Solution.Level, method="for_levels")
    region = RegionsFilter(label="genutzt in", method="used_in")
    aehnlich = RegionsFilter(label="genutzt in Regionen gleicher Art und Größe", method="used_in_like_ones")
    lizenz = ValuesFilter(label="Lizenz", field_name="licence")
    betriebsmodell = django_filters.MultipleChoiceFilter(
        label="Betriebsmodell", choices=Solution.OperatingModel, method="operated_as"
    )
    ki = django_filters.MultipleChoiceFilter(label="KI", choices=[("ja", "ja"), ("nein", "nein")], method="with_ai")
    pruefstatus = django_filters.MultipleChoiceFilter(
        label="Prüfstatus der Nutzung", choices=Transfer.Verification, method="use_is"
    )
    souveraenitaet = django_filters.MultipleChoiceFilter(
        label="Souveränität", choices=[(value, label) for value, (label, _) in SOVEREIGNTY.items()], method="sovereign"
    )
    geaendert_seit = django_filters.IsoDateTimeFilter(label="Geändert seit", field_name="changed_at", lookup_expr="gte")
    sortierung = django_filters.ChoiceFilter(
        label="Sortierung",
        choices=ORDERS,
        method="sorted_by",
    )

    def meant(self, text: str) -> Found:
        """What the words mean, asked once; a filter set is asked once and thrown away."""
        if self._meant is None:
            self._meant = find(text)
        return self._meant

    def has_words(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """The best first, unless another order is asked for."""
        found = self.meant(text)
        rows = matching(rows, found)
        return rows if self.data.get("sortierung", "relevanz") != "relevanz" else ranked(rows, found)

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
        return rows.filter(Exists(_uses().filter(within(regions))))

    def used_in_like_ones(self, rows: QuerySet, name: str, regions: list[Region]) -> QuerySet:
        """Used by others of the same kind with half to twice the population."""
        return rows.filter(Exists(_uses().filter(like(regions))))

    def use_is(self, rows: QuerySet, name: str, chosen: list[str]) -> QuerySet:
        """At least one use is confirmed, or self-declared, or not confirmed."""
        return rows.filter(Exists(_uses().filter(verification__in=chosen)))

    def sovereign(self, rows: QuerySet, name: str, chosen: list[str]) -> QuerySet:
        found = Q(pk__in=[])
        for value in chosen:
            found |= SOVEREIGNTY[value][1]
        return rows.filter(found)

    def sorted_by(self, rows: QuerySet, name: str, order: str) -> QuerySet:
        if order == "neueste":
            return rows.order_by(F("published_at").desc(nulls_last=True), "-pk")
        if order == "verbreitung":
            return rows.order_by(REGIONS_REACHED.desc(nulls_last=True), TITLE_KEY, "pk")
        return rows.order_by(TITLE_KEY, "pk") if order == "name" else rows


class SolutionPageFilter(SolutionFilter):
    """The list page has one question more: the reader's own region, which narrows nothing.

    All regions of an address are looked up at once (`places`, by the key as given); what is no key may be a name
    (places.point_of_view).
    """

    PLACES: ClassVar = ("region", "aehnlich", "fuer")

    fuer = django_filters.CharFilter(label="Ihre Region", method="seen_from", max_length=LONGEST)
    sortierung = django_filters.ChoiceFilter(
        label="Sortierung", choices=[*ORDERS, ("naehe", "Nähe")], method="sorted_by"
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        keys = [key.strip() for name in self.PLACES for key in self.data.getlist(name)]
        self.places: Mapping[str, Region] = rows_by_key(keys) if keys else {}
        self._spell_alike()

    def _spell_alike(self) -> None:
        """One spelling of each question, so that one address stands for it: keys that count, values in order."""
        for name, given in list(self.data.lists()):
            values = [value[:LONGEST] for value in given]  # a page repeats them in dozens of links
            if name in self.PLACES:
                values = [self.places[v.strip()].address_key if v.strip() in self.places else v for v in values]
            if name == "q":
                values = [" ".join(value.split()) for value in values]
            single = name in ("q", "fuer", "sortierung", "geaendert_seit")
            self.data.setlist(name, values[-1:] if single else sorted(dict.fromkeys(values)))

    @property
    def form(self) -> Any:
        form = super().form
        for name in ("region", "aehnlich"):
            field = form.fields[name]
            if isinstance(field, RegionsField):
                field.known = {region.address_key: region for region in self.places.values()}
        return form

    def seen_from(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows


def within(regions: list[Region]) -> Q:
    """Of a row with a `region`: in one of these or in a part of it."""
    found = Q(pk__in=[])
    for region in regions:
        found |= Q(region__key__startswith=region.key)
    return found


def like(regions: list[Region]) -> Q:
    """Of a row with a `region`: another of the same kind, with half to twice the people of one of these."""
    found = Q(pk__in=[])
    for region in regions:
        people = (region.population // 2, region.population * 2)
        found |= Q(region__kind=region.kind, region__population__range=people) & ~Q(region=region)
    return found


def _uses() -> QuerySet[Transfer]:
    return Transfer.objects.spreading().filter(solution=OuterRef("pk"))
