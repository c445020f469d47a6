"""One operation of the document, put together from its view, its serializers and its line here."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry

from vectorstores import errors
from vectorstores.api.openapi import answers, refusals, shapes, texts
from vectorstores.api.openapi.addresses import Id, ids_of
from vectorstores.api.openapi.components import default_of, is_form
from vectorstores.api.openapi.fields import taken
from vectorstores.api.openapi.headers import RATE_LIMITS, headers
from vectorstores.api.openapi.operations import BYTES, FORM, JSON, Operation, operation_of
from vectorstores.api.openapi.shapes import Schema


class OperationSchema(AutoSchema):
    view: Any  # one of our viewsets, with its action

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> Schema:
        self.path, self.method, self.registry = path, method, registry
        tag, operation = operation_of(self.view)
        ids = ids_of(path)
        described = {
            "operationId": operation.id,
            "summary": operation.summary,
            "description": operation.description,
            "tags": [tag],
            "parameters": [*self.parameters(operation, ids)],
            "requestBody": self.request_body(operation),
            "security": self.get_auth(),
            "responses": {
                "200": self.success(operation),
                **refusals.responses(self, self.errors(operation, ids)),
            },
        }
        return {key: value for key, value in described.items() if value}

    def parameters(self, operation: Operation, ids: dict[str, Id]) -> Iterator[Schema]:
        for name, id_ in ids.items():
            yield id_.parameter(name)
        if not self.is_list:
            return
        for name, field in self.view.page_params().fields.items():
            yield {
                "name": name,
                "in": "query",
                "description": texts.of(operation.id, name),
                "schema": {**taken(field, self), **default_of(field)},
            }

    @property
    def is_list(self) -> bool:
        return bool(self.view.action == "list")

    def request_body(self, operation: Operation) -> Schema:
        if operation.takes is None:
            return {}
        params = self.resolve_serializer(operation.takes, "request")
        content = {"schema": params.ref, "examples": named(operation.asks)}
        is_required = "required" in params.schema or "anyOf" in params.schema
        return {"content": {FORM if is_form(self) else JSON: content}, "required": is_required}

    def success(self, operation: Operation) -> Schema:
        schema = self.answer(operation)
        media_type = BYTES if schema.get("format") == "binary" else JSON
        extra = [
            *(["Content-Disposition"] if media_type == BYTES else []),
            *operation.headers,
            *(RATE_LIMITS if operation.is_limited else []),
        ]
        return {
            "description": operation.summary,
            "headers": headers(self, *extra),
            "content": {media_type: {"schema": schema, "example": operation.shows}},
        }

    def answer(self, operation: Operation) -> Schema:
        if operation.answer:
            return self.own_answer(operation.id, operation.answer)
        item = self.resolve_serializer(self.view.serializer_class, "response")
        if not self.is_list:
            return dict(item.ref)
        noun = item.name.removeprefix("OpenAI").removesuffix("Object")
        return shapes.named(self, f"List{noun}sResponse", answers.page_of(item.ref))

    def own_answer(self, operation_id: str, schema: Schema) -> Schema:
        if schema["type"] != "object":
            return schema
        name = operation_id.removeprefix("retrieve")
        return shapes.named(self, f"{name[0].upper()}{name[1:]}Response", schema)

    def errors(self, operation: Operation, ids: dict[str, Id]) -> Iterator[errors.ApiError]:
        for name, id_ in ids.items():
            yield from id_.errors(name)
        yield from operation.errors
        if self.is_list:
            yield refusals.refused(self.view.page_params, {"limit": "0"})
        if operation.takes:
            yield from refusals.OF_FORMS if is_form(self) else refusals.OF_JSON
            yield refusals.refused(operation.takes, {"colour": "red"})
        if operation.is_limited:
            yield from refusals.OF_LIMITS


def named(examples: Any) -> dict[str, Schema]:
    """Examples under names that may be part of an address, with the text to show."""
    return {
        text.replace(" ", "-").replace(",", "").lower(): {"summary": text, "value": value}
        for text, value in examples.items()
    }
