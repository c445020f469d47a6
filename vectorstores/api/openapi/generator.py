"""The document, made once by each process at the first request for it."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.urls import include, path
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from rest_framework.views import APIView

from vectorstores import errors
from vectorstores.api import public_ids
from vectorstores.api.json_schema import STRING, Schema
from vectorstores.api.openapi import components, refusals, samples
from vectorstores.api.openapi.components import named
from vectorstores.api.openapi.operations import (
    LINES,
    OPERATIONS,
    TEXTS,
    Operation,
    explained,
    sample,
)
from vectorstores.api.views.viewsets import LimitedViewSet

IDS = {
    "vector_store_id": (public_ids.STORE, sample.STORE),
    "batch_id": (public_ids.BATCH, sample.BATCH),
    "file_id": (public_ids.FILE, sample.FILE),
    "upload_id": (public_ids.UPLOAD, sample.UPLOAD),
}
IN_A_STORE = {**IDS, "file_id": (public_ids.STORE_FILE, sample.FILE)}


class OperationSchema(AutoSchema):
    """One operation, put together from its view, its serializers and its line."""

    view: Any  # one of our viewsets, with its action
    line: Operation

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> Schema:
        self.path, self.method, self.registry = path, method, registry
        self.line = OPERATIONS[f"{method} {path}"]
        self.is_list = self.view.action == "list"
        self.is_limited = isinstance(self.view, LimitedViewSet) and self.view.action == "create"
        known = IN_A_STORE if "{vector_store_id}" in path else IDS
        self.ids = [known[name] for name in re.findall(r"{(\w+)}", path)]
        examples = {path_id.name: example for path_id, example in self.ids}
        curl = samples.curl(self.line, method, path.format(**examples))
        described = {
            "operationId": self.line.id,
            "summary": self.line.summary,
            "description": samples.described(self.line, curl),
            "tags": [self.line.tag],
            "parameters": [*self.parameters()],
            "requestBody": self.request_body(),
            "security": [{name: []} for name in TEXTS["security"]],
            "responses": {"200": self.success(), **refusals.responses(self, self.errors())},
        }
        described["x-codeSamples"] = samples.code_samples(self.line, curl)
        return {key: value for key, value in described.items() if value}

    def parameters(self) -> Iterator[Schema]:
        for path_id, example in self.ids:
            format_ = path_id.format
            digits = "0-9a-f" if len(format_.digits) == 16 else "0-9A-Za-z"
            pattern = f"^{format_.prefix}[{digits}]{{{format_.length}}}$"
            key = "store_file_id" if path_id is public_ids.STORE_FILE else path_id.name
            yield {
                "name": path_id.name,
                "in": "path",
                "required": True,
                "description": TEXTS["ids"][key],
                "schema": {**STRING, "pattern": pattern},
                "example": example,
            }
        for name, field in self.view.page_request().fields.items() if self.is_list else ():
            schema = {**components.taken(field, self), **components.default_of(field)}
            yield {"name": name, "in": "query", **components.words(field), "schema": schema}

    def request_body(self) -> Schema:
        if self.line.request is None:
            return {}
        body = self.resolve_serializer(self.line.request, "request")
        examples = {
            text.replace(" ", "-").replace(",", "").lower(): {"summary": text, "value": value}
            for text, value in self.line.asks.items()
        }
        media_type = refusals.FORM if components.is_form(self) else refusals.JSON
        return {
            "content": {media_type: {"schema": body.ref, "examples": examples}},
            "required": "required" in body.schema or "anyOf" in body.schema,
        }

    def success(self) -> Schema:
        schema = self.answer()
        is_file = schema.get("format") == "binary"
        media_type = "application/octet-stream" if is_file else refusals.JSON
        extra = [
            *(["Content-Disposition"] if is_file else []),
            *self.line.headers,
            *(refusals.RATE_LIMITS if self.is_limited else []),
        ]
        return {
            "description": self.line.summary,
            "headers": refusals.headers(self, *extra),
            "content": {media_type: {"schema": schema, "example": self.line.shows}},
        }

    def answer(self) -> Schema:
        if answer := components.ANSWERS.get(self.line.id):
            name = self.line.id.removeprefix("retrieve")
            name = f"{name[0].upper()}{name[1:]}Response"
            return named(self, name, answer) if answer["type"] == "object" else answer
        item = self.resolve_serializer(self.view.serializer_class, "response")
        if not self.is_list:
            return dict(item.ref)
        noun = item.name.removeprefix("OpenAI").removesuffix("Object")
        return named(self, f"List{noun}sResponse", components.page_of(item.ref))

    def errors(self) -> Iterator[errors.ApiError]:
        for path_id, example in self.ids:
            yield from refusals.of_id(path_id, example)
        yield from self.line.own_errors()
        if self.is_list:
            yield refusals.refused(self.view.page_request, {"limit": "0"})
        if self.line.request:
            yield from refusals.of_body(self.line.request, is_form=components.is_form(self))
        if self.is_limited:
            yield from refusals.OF_LIMITS


class OrderedEndpoints(EndpointEnumerator):
    """The routes and their methods in the order of urls.py."""

    def get_allowed_methods(self, callback: Any) -> list[str]:
        """Sort the methods, because the base class takes them from a set, in no fixed order."""
        order = [method.upper() for method in callback.actions]
        return sorted(super().get_allowed_methods(callback), key=order.index)


class Generator(SchemaGenerator):
    """The document of /v1 alone, because the other prefixes serve the same."""

    endpoint_inspector_cls = OrderedEndpoints

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
        schema["info"] |= {"title": TEXTS["title"], "description": TEXTS["introduction"]}
        schema["tags"] = [{"name": tag, "description": TEXTS["tags"][tag]} for tag in LINES]
        schemas = schema["components"]["schemas"]
        schemas |= {name: explained(name, each) for name, each in schemas.items()}
        security = TEXTS["security"]
        schema["components"]["securitySchemes"] = {
            name: security[name] for name in sorted(security)
        }
        return schema


@cache
def document() -> bytes:
    schema = Generator().get_schema(public=True)
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":")).encode()
