"""The document, made once by each process that is asked for it."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.views import APIView

from vectorstores.api.openapi import (
    components,  # noqa: F401, registers itself with drf-spectacular
    security,  # noqa: F401, likewise
    texts,
)
from vectorstores.api.openapi.operation_schema import OperationSchema
from vectorstores.api.openapi.operations import BY_TAG
from vectorstores.api.openapi.shapes import Schema


class Generator(SchemaGenerator):
    """Of /v1 alone: the other prefixes serve the same."""

    def __init__(self, **_: Any) -> None:
        super().__init__(patterns=[path("v1/", include("vectorstores.api.urls"))])

    def create_view(
        self, callback: Callable[..., Any], method: str, request: Any = None
    ) -> APIView:
        view: APIView = super().create_view(callback, method, request)
        self._set_schema_to_view(view, OperationSchema())
        return view

    def get_schema(self, request: Any = None, public: bool = False) -> Schema:
        schema: Schema = super().get_schema(request, public)
        schema["info"] |= {"title": texts.TITLE, "description": texts.INTRODUCTION}
        schema["tags"] = [{"name": tag, "description": texts.TAGS[tag]} for tag in BY_TAG]
        schemas = schema["components"]["schemas"]
        schemas |= {name: texts.explained(name, each) for name, each in schemas.items()}
        return schema


@cache
def document() -> bytes:
    schema = Generator().get_schema(public=True)
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":")).encode()
