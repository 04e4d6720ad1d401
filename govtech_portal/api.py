"""The API router and what all its endpoints share: pages that keep every filter, errors as problem+json."""

from http import HTTPStatus

from django.http import Http404
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler


class PagePagination(PageNumberPagination):
    page_size = 20
    page_query_param = "page"
    page_size_query_param = "page_size"
    max_page_size = 100


def problem_json(exc: Exception, context: dict) -> Response | None:
    """Errors of the API as RFC 9457 problem details."""
    response = exception_handler(exc, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    body = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
    }
    if detail is not None:
        body["detail"] = str(detail)
    elif isinstance(exc, Http404 | PermissionDenied | APIException):
        body["errors"] = response.data
    response.data = body
    response.content_type = "application/problem+json"
    return response
