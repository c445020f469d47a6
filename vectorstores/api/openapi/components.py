"""Serializers as components of the document, under the names OpenAI's document has for them.

A field that does not describe itself is an error, not a guess.
"""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from vectorstores.api import json_schema
from vectorstores.api.fields import Array
from vectorstores.api.json_schema import COUNT, STRING, Schema, array, constant, or_null, record
from vectorstores.api.parsers import UTF8FormParser
from vectorstores.api.serializers.bodies import RequestSerializer, ResponseSerializer
from vectorstores.api.serializers.store_files import ChunkingStrategy, StaticChunkingStrategy
from vectorstores.models import Status


def named(
    auto_schema: AutoSchema, name: str, schema: Schema, kind: str = ResolvedComponent.SCHEMA
) -> Schema:
    """Make `schema` a component of the document, and return a reference to it."""
    component = ResolvedComponent(name, kind, schema, object=name)
    auto_schema.registry.register_on_missing(component)
    return dict(component.ref)


# --- Requests ---------------------------------------------------------------------------------


class RequestComponent(OpenApiSerializerExtension):
    target_class = RequestSerializer
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        return type(self.target).__name__

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Schema:
        if is_form(auto_schema):
            return self.form(auto_schema)
        properties = {}
        for name, field in self.target.fields.items():
            schema = taken(field, auto_schema)
            if field.allow_null or not field.required:  # null counts as absent, or clears
                schema = or_null(schema)
            properties[name] = {**schema, **default_of(field), **words(field)}
        required = [name for name, field in self.target.fields.items() if field.required]
        return {**json_schema.closed(properties, required), **self.target.together}

    def form(self, auto_schema: AutoSchema) -> Schema:
        """Return the schema as a form, which has neither null nor objects, but keys `name[key]`."""
        properties: Schema = {}
        together: dict[str, list[str]] = {}
        for name, field in self.target.fields.items():
            keys = {name: field}
            if isinstance(field, RequestSerializer):
                keys = {f"{name}[{key}]": each for key, each in field.fields.items()}
                together |= {key: [other for other in keys if other != key] for key in keys}
            for key, each in keys.items():
                properties[key] = {**taken(each, auto_schema), **words(each)}
        required = [name for name in self.target.fields if name in properties]
        dependent = {"dependentRequired": together} if together else {}
        return {**json_schema.closed(properties, required), **dependent}


def is_form(auto_schema: AutoSchema) -> bool:
    return any(issubclass(one, UTF8FormParser) for one in auto_schema.view.parser_classes)


def taken(field: Any, auto_schema: AutoSchema) -> Schema:
    """Return the schema of what a request's field takes, null apart."""
    if isinstance(field, RequestSerializer):
        return dict(auto_schema.resolve_serializer(field, "request").ref)
    if isinstance(field, Array):
        return array(taken(field.child, auto_schema), **field.given_limits)
    if isinstance(field, ChunkingStrategy):
        auto_schema.resolve_serializer(StaticChunkingStrategy, "request")
    schema: Schema = {} if field.components else field.json_schema
    for name, component in field.components.items():
        schema = named(auto_schema, name, component)
    return schema


def default_of(field: Any) -> Schema:
    is_given = not field.required and isinstance(field.default, int | str)
    return {"default": field.default} if is_given else {}


def words(field: Any) -> Schema:
    return {"description": field.help_text} if field.help_text else {}


# --- Responses --------------------------------------------------------------------------------


class ResponseComponent(OpenApiSerializerExtension):
    target_class = ResponseSerializer
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        return str(self.target.component)

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Schema:
        properties = {
            name: {**shown(field, auto_schema), **words(field)}
            for name, field in self.target.fields.items()
        }
        required = [name for name in properties if name not in self.target.optional]
        return {**record(**properties), "required": required}


def shown(field: Any, auto_schema: AutoSchema) -> Schema:
    """Return the schema of what a response's field shows."""
    match field:
        case object(json_schema=schema):
            return dict(schema)
        case ResponseSerializer():
            return dict(auto_schema.resolve_serializer(field, "response").ref)
        case serializers.ListField() | serializers.ListSerializer():
            return array(shown(field.child, auto_schema))
        case serializers.ChoiceField():
            return json_schema.enum(field.choices)
        case serializers.CharField():
            return or_null(STRING) if field.allow_null else STRING
        case serializers.IntegerField():
            return COUNT
        case serializers.FloatField():
            return {"type": "number", "minimum": field.min_value, "maximum": field.max_value}
        case serializers.DictField():  # of counts
            return record(**dict.fromkeys((*Status.values, "total"), COUNT))
    raise TypeError(f"{type(field.parent).__name__}.{field.field_name} has no schema")


def page_of(item: Schema) -> Schema:
    """Return the schema of a list's page, whose ends are null if it is empty."""
    return record(
        object=constant("list"),
        data=array(item),
        first_id=or_null(STRING),
        last_id=or_null(STRING),
        has_more=json_schema.BOOLEAN,
    )


def deleted(kind: str) -> Schema:
    return record(id=STRING, object=constant(kind), deleted=constant(True))


PASSAGE = record(
    type=constant("text"), text=STRING, page=or_null(json_schema.INTEGER), heading=or_null(STRING)
)
# Answers that no serializer makes, by operation.
ANSWERS: dict[str, Schema] = {
    "deleteFile": deleted("file"),
    "deleteVectorStore": deleted("vector_store.deleted"),
    "deleteVectorStoreFile": deleted("vector_store.file.deleted"),
    "downloadFile": {**STRING, "format": "binary"},
    "retrieveVectorStoreFileContent": record(
        object=constant("vector_store.file_content.page"),
        data=array(PASSAGE),
        has_more=constant(False),
        next_page=json_schema.NULL,
    ),
}
