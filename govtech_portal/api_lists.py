"""How the lists of the API are asked and paged. Read by the framework while it starts: import none of its views."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django_filters
from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from members.filters import ListFilter

PAGING = {"page", "seite", "page_size", "format"}


class LatePaginator(Paginator):
    """Rows of other pages are only counted: what is nested in a row is read for the rows of this page alone."""

    def page(self, number: int | str) -> Page:
        page = super().page(number)
        if isinstance(self.object_list, QuerySet):
            begin = (page.number - 1) * self.per_page
            keys = self.object_list.values("pk")[begin : begin + self.per_page]
            page.object_list = self.object_list.filter(pk__in=keys)
        return page


class PagePagination(PageNumberPagination):
    """Twenty rows a page, at most a hundred; the links to other pages keep every filter."""

    django_paginator_class = LatePaginator
    page_size = 20
    page_query_param = "page"
    page_size_query_param = "page_size"
    page_query_description = "Nummer der Seite; auch: seite"
    page_size_query_description = "Zeilen je Seite, höchstens 100"
    max_page_size = 100

    def get_page_number(self, request: Request, paginator: Any) -> Any:
        return request.query_params.get("page") or request.query_params.get("seite") or 1

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size
        if not re.fullmatch("[0-9]{1,9}", asked) or int(asked) < 1:
            raise ValidationError({"page_size": ["Bitte eine Zahl von 1 bis 100 angeben."]})
        return min(int(asked), self.max_page_size)

    def get_next_link(self) -> str | None:
        return _at_our_address(super().get_next_link())

    def get_previous_link(self) -> str | None:
        return _at_our_address(super().get_previous_link())


def _at_our_address(url: str | None) -> str | None:
    """From the setting, because an answer is kept for everybody and the next one may have asked another host."""
    return url and settings.SITE_URL + urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))


class ListFilterBackend(BaseFilterBackend):
    """Asks the view's FilterSet, the same as the page's. What it does not know is refused and not passed over."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset_class: type[ListFilter] | None = getattr(view, "filterset_class", None)
        asks = filterset_class if filterset_class and not view.detail else None
        refuse_unknown(request, (asks.names() if asks else set()) | (set() if view.detail else PAGING))
        if asks is None:
            return queryset
        asked = asks(request.query_params, queryset=queryset, request=request)
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        return view.rows_for(asked) if hasattr(view, "rows_for") else asked.qs

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        filterset_class: type[ListFilter] | None = getattr(view, "filterset_class", None)
        return list(_parameters(filterset_class)) if filterset_class else []


def refuse_unknown(request: Request, known: set[str]) -> None:
    unknown = sorted(set(request.query_params) - known - {"format"})
    if unknown:
        raise ValidationError({name[:60]: ["Diesen Parameter gibt es hier nicht."] for name in unknown[:10]})


def _parameters(filterset_class: type[ListFilter]) -> Iterable[dict[str, Any]]:
    """Under the English name; the German one is told in the description."""
    english = {german: name for name, german in filterset_class.ENGLISH.items()}
    for german, question in filterset_class.base_filters.items():
        name = english.get(german, german)
        also = "" if name == german else f" Auf Deutsch: {german}."
        yield {
            "in": "query",
            "name": name,
            "required": False,
            "description": f"{question.extra.get('label') or question.label}.{also}",
            "schema": _schema(question, filterset_class.VALUES.get(german, {})),
        }


def _schema(question: django_filters.Filter, values: dict[str, str]) -> dict[str, Any]:
    one: dict[str, Any] = {"type": "string"}
    if isinstance(question, django_filters.IsoDateTimeFilter):
        one["format"] = "date-time"
    if isinstance(question, django_filters.ChoiceFilter | django_filters.MultipleChoiceFilter) and not isinstance(
        question, django_filters.ModelChoiceFilter | django_filters.ModelMultipleChoiceFilter
    ):
        choices = getattr(question.extra["choices"], "choices", question.extra["choices"])
        one["enum"] = list(dict.fromkeys([*values, *(code for code, _ in choices)]))
    several = issubclass(question.field_class.widget, forms.SelectMultiple)
    return {"type": "array", "items": one} if several else one
