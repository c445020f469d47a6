"""The two addresses that need no key. The first request loads drf-spectacular."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from rest_framework.request import Request
from rest_framework.views import APIView

# Nothing from elsewhere, because the page must show the same without a network.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'"
)


class PublicView(APIView):
    authentication_classes = []
    permission_classes = []
    http_method_names = ["get", "head"]


class DocumentView(PublicView):
    def get(self, request: Request) -> HttpResponse:
        from vectorstores.api.openapi.generator import document

        return HttpResponse(document(), content_type="application/json")


class PageView(PublicView):
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(
            render_to_string("vectorstores/docs.html"),
            headers={"Content-Security-Policy": PAGE_POLICY},
        )
