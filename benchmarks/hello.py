"""The yardstick: what the portal's own middleware lets through when a view has nothing to do."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = b"<!doctype html><title>Hallo</title><p>Hallo Welt.\n"  # 50 bytes


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY)


urlpatterns = [path("hallo/", hello)]
