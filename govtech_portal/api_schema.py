"""The description of the API: OpenAPI 3.1 from the code, and a page of our own that shows it."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from govtech_portal.api_lists import refuse_unknown

PROBLEM = {
    "type": "object",
    "description": "Fehler nach RFC 9457. errors nennt je Parameter den Grund.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}


def with_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """What every address may answer beside its rows."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["400"] = {"description": "Ein Parameter wurde nicht verstanden", "content": content}
            operation["responses"]["404"] = {"description": "Das gibt es nicht", "content": content}
    return result


@cache
def schema() -> dict[str, Any]:
    """Made once a process: it depends on the code alone."""
    return SchemaGenerator().get_schema(request=None, public=True)


class Schema(APIView):
    """YAML, or JSON for those who accept it."""

    renderer_classes = (OpenApiYamlRenderer, OpenApiJsonRenderer, OpenApiJsonRenderer2)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        refuse_unknown(request, set())
        return Response(schema())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every address with its questions and its answer, without a script from anywhere."""
    described = schema()
    operations = [
        _operation(path, operation, described) for path, methods in described["paths"].items()
        for operation in methods.values()
    ]  # fmt: skip
    return render(request, "govtech_portal/api_docs.html", {"operations": operations, "info": described["info"]})


def _operation(path: str, operation: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    content = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return {
        "id": operation["operationId"],
        "path": path,
        "description": operation.get("description", ""),
        "example": "" if "{" in path else path,
        "parameters": [_parameter(parameter) for parameter in operation.get("parameters", [])],
        "fields": _fields(_row(content, described), described),
        "is_list": "Paginated" in content.get("$ref", ""),
    }


def _row(content: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """The object that the answer holds: of a page of rows, one row."""
    found = _resolved(content, described)
    results = found.get("properties", {}).get("results")
    return _resolved(results["items"], described) if results else found


def _resolved(part: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    name = part.get("$ref", "").rsplit("/", 1)[-1]
    return described["components"]["schemas"][name] if name else part


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    kind = parameter["schema"]
    one = kind.get("items", kind)
    return {
        "name": parameter["name"],
        "is_repeatable": kind.get("type") == "array",
        "description": parameter.get("description", ""),
        "values": one.get("enum", []),
        "kind": one.get("format") or one.get("type", ""),
    }


def _fields(row: dict[str, Any], described: dict[str, Any]) -> list[dict[str, Any]]:
    fields = []
    for name, part in row.get("properties", {}).items():
        one = part.get("items", part)
        inner = _resolved(one, described)
        fields.append({
            "name": name,
            "kind": _kind(part, inner),
            "description": part.get("description", ""),
            "values": inner.get("enum", []),
            "parts": list(inner.get("properties", {})),
        })  # fmt: skip
    return fields


def _kind(part: dict[str, Any], inner: dict[str, Any]) -> str:
    kinds = inner.get("type") or "string"
    names = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    name = inner.get("format") or names[0]
    return f"Liste von {name}" if part.get("type") == "array" else name
