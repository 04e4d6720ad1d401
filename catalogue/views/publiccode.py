"""Each open solution as publiccode.yml, for the catalogues that harvest such files."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalogue.models import Solution
from catalogue.publiccode.exporting import NotOpen, publiccode_of

WITHOUT = "Diese Lösung hat kein publiccode.yml, weil ihr Quellcode oder ihre offene Lizenz nicht bekannt ist."


@require_safe
def solution_publiccode(request: HttpRequest, slug: str) -> HttpResponse:
    solution = get_object_or_404(Solution.objects.published(), slug=slug)
    try:
        text = publiccode_of(solution)
    except NotOpen:
        problem = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": WITHOUT}
        return JsonResponse(problem, status=404, content_type="application/problem+json")
    return HttpResponse(text, content_type="application/yaml; charset=utf-8")
