"""What all endpoints of the API share beside their lists: the way in, unknown addresses, errors as problem+json."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from govtech_portal.api_lists import refuse_unknown


class ApiRoot(APIView):
    """Was es hier gibt."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        refuse_unknown(request, set())
        names = {
            "solutions": "api_solution-list",
            "transfers": "api_transfer-list",
            "organisations": "api_organisation-list",
            "regions": "api_region-list",
            "market-explorations": "api_exploration-list",
            "tenders": "api_tender-list",
            "fields-of-action": "api_field-list",
            "schema": "api_schema",
            "docs": "api_docs",
        }
        return Response({name: settings.SITE_URL + reverse(view) for name, view in names.items()})


class UnknownAddress(APIView):
    """So that machines are told in their own language."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        raise NotFound("Diese Adresse gibt es in der Schnittstelle nicht.")


def problem_json(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Errors of the API as RFC 9457 problem details; `errors` says which parameter was wrong, and why."""
    response = exception_handler(exc, context)
    if response is None:
        return None
    status = response.status_code
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    detail = response.data.get("detail") if isinstance(response.data, dict) and len(response.data) == 1 else None
    if detail is not None and not isinstance(detail, list):
        body["detail"] = str(detail)
    else:
        body["detail"] = "Die Anfrage enthält Angaben, die nicht verstanden wurden."
        body["errors"] = response.data
    response.data = body
    response.content_type = "application/problem+json"
    request = context["request"]  # JSON, whatever the address speaks otherwise
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), "application/json"
    return response
