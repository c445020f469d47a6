"""The server's URLs and a few more whose views fail."""

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from config import urls
from vectorstores.api.views.viewsets import ProjectViewSet

handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


class BrokenViewSet(ProjectViewSet):
    def list(self, request: Request, **_: str) -> Response:
        raise ZeroDivisionError("a secret of the house")

    def retrieve(self, request: Request) -> Response:
        raise Http404("a secret of the house")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a secret of the house")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("a secret of the house")


urlpatterns = [
    path("v1/broken", BrokenViewSet.as_view({"get": "list"})),
    path("v1/missing", BrokenViewSet.as_view({"get": "retrieve"})),
    path("v1/suspicious", suspicious),
    path("v1/outside", broken),
    path("admin/broken", broken),
    *urls.urlpatterns,
]
