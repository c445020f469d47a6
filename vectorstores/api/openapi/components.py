"""Serializers as components of the document, under the names OpenAI's document has for them."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema

from vectorstores.api.openapi import shapes
from vectorstores.api.openapi.answers import told
from vectorstores.api.openapi.fields import taken
from vectorstores.api.openapi.shapes import Schema
from vectorstores.api.openapi.together import TOGETHER
from vectorstores.api.parsers import UTF8FormParser
from vectorstores.api.serializers.bodies import RequestSerializer, ResponseSerializer

NAMES = {
    "EmbeddingResponse": "Embedding",
    "OpenAIFileResponse": "OpenAIFile",
    "SearchResultResponse": "VectorStoreSearchResultItem",
    "SearchResultsResponse": "VectorStoreSearchResultsPage",
    "UploadPartResponse": "UploadPart",
    "UploadResponse": "Upload",
    "UsageResponse": "EmbeddingUsage",
    "VectorStoreFileBatchResponse": "VectorStoreFileBatchObject",
    "VectorStoreFileResponse": "VectorStoreFileObject",
    "VectorStoreResponse": "VectorStoreObject",
}


class Named(OpenApiSerializerExtension):
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        name = type(self.target).__name__
        return NAMES.get(name, name)


class ParamsComponent(Named):
    target_class = RequestSerializer

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Schema:
        return self.form(auto_schema) if is_form(auto_schema) else self.json(auto_schema)

    def json(self, auto_schema: AutoSchema) -> Schema:
        """Optional keys may be null: that counts as absent, or clears."""
        fields: dict[str, Any] = self.target.fields
        properties = {}
        for name, field in fields.items():
            schema = taken(field, auto_schema)
            if field.allow_null or not field.required:
                schema = shapes.or_null(schema)
            properties[name] = {**schema, **default_of(field)}
        required = [name for name, field in fields.items() if field.required]
        return {**shapes.closed(properties, required), **TOGETHER.get(type(self.target), {})}

    def form(self, auto_schema: AutoSchema) -> Schema:
        """A form knows neither null nor objects: an object's keys are written `name[key]`."""
        properties: dict[str, Schema] = {}
        together: dict[str, list[str]] = {}
        for name, field in self.target.fields.items():
            keys = keys_of(name, field)
            for key, each in keys.items():
                properties[key] = taken(each, auto_schema)
                if key != name:
                    together[key] = [other for other in keys if other != key]
        required = [name for name in self.target.fields if name in properties]
        dependent = {"dependentRequired": together} if together else {}
        return {**shapes.closed(properties, required), **dependent}


class ShownComponent(Named):
    target_class = ResponseSerializer

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Schema:
        properties = {name: told(field, auto_schema) for name, field in self.target.fields.items()}
        required = [name for name in properties if name not in self.target.optional]
        return shapes.shown(properties, required)


def is_form(auto_schema: AutoSchema) -> bool:
    return UTF8FormParser in auto_schema.view.parser_classes


def keys_of(name: str, field: Any) -> dict[str, Any]:
    """The keys of a form that make up a parameter."""
    if isinstance(field, RequestSerializer):
        return {f"{name}[{key}]": each for key, each in field.fields.items()}
    return {name: field}


def default_of(field: Any) -> Schema:
    is_given = not field.required and isinstance(field.default, int | str)
    return {"default": field.default} if is_given else {}
