"""How the rooms give their rows to machines: read-only, nested data in the same statement, public addresses."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.utils.http import http_date
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

SLUG = "[-a-zA-Z0-9_]+"


class OpenDataViewSet(ReadOnlyModelViewSet):
    """Public rows by slug; an answer about one row says when it changed, where that is known."""

    lookup_field = "slug"
    lookup_value_regex = SLUG

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        response = Response(self.get_serializer(row).data)
        if changed_at := getattr(row, "changed_at", None):
            response.headers["Last-Modified"] = http_date(changed_at.timestamp())
        return response


class PageAddress(serializers.URLField):
    """The page that people read about this row, built from the setting and never from the request."""

    def __init__(self) -> None:
        super().__init__(source="get_absolute_url", read_only=True, help_text="Die Seite für Menschen.")

    def to_representation(self, value: str) -> str:
        return settings.SITE_URL + value


def nested(rows: QuerySet, **names: Any) -> ArraySubquery:
    """Related rows as a list of objects, fetched with the row they belong to: names in the answer to expressions."""
    return ArraySubquery(rows.values(_row=JSONObject(**names)))


def region_key(path: str) -> Case:
    """The official key inside a nested object; the Bund's empty key is `de`."""
    return Case(When(**{path: ""}, then=Value("de")), default=F(path))


class NamedSerializer(serializers.Serializer):
    """An organisation, field of action or the like, as far as one needs to show and to look it up."""

    slug = serializers.CharField()
    name = serializers.CharField()
