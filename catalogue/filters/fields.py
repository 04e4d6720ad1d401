"""What may stand behind a parameter of the lists of this room."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import QuerySet

from catalogue.places import KEY, rows_by_key
from members.filters import LONGEST, MOST_VALUES
from members.models import Region


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
    """Official keys (or `de`, or an AGS) to the rows that count. `known` are rows that a list has looked up already."""

    known: Mapping[str, Region] | None = None

    def clean(self, value: Any) -> list[Region]:
        keys = super().clean(value)
        if not all(KEY.fullmatch(key) for key in keys):
            raise ValidationError("Kein Regionalschlüssel.")
        rows = rows_by_key(keys) if self.known is None else self.known
        found = {rows[key] for key in keys if key in rows}
        if keys and not found:
            raise ValidationError("Diese Region gibt es nicht.")
        return sorted(found, key=lambda region: region.key)


class ValuesFilter(django_filters.Filter):
    field_class = ValuesField

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class SlugsFilter(ValuesFilter):
    field_class = SlugsField


class RegionsFilter(ValuesFilter):
    field_class = RegionsField
