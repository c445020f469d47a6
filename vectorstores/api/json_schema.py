"""Builders of JSON Schema, for the fields that describe themselves with it."""

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}
NULL: Schema = {"type": "null"}


def enum(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


def constant(value: str | bool | None) -> Schema:
    """Return an enum of one value, as in OpenAI's document: generators know no other constant."""
    if value is None:
        return NULL
    return {"type": "boolean" if isinstance(value, bool) else "string", "enum": [value]}


def array(items: Schema, **limits: Any) -> Schema:
    return {"type": "array", "items": items, **limits}


def record(**properties: Schema) -> Schema:
    """Return the schema of an object that has all these keys, and later versions may add more."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def closed(properties: Schema, required: Iterable[str]) -> Schema:
    """Return the schema of an object that accepts no other keys."""
    names = list(required)
    needed = {"required": names} if names else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def any_of(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def or_null(schema: Schema) -> Schema:
    kind = schema.get("type")
    if not isinstance(kind, str):
        return any_of(*schema.get("anyOf", [schema]), NULL)
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [kind, "null"], **values}


def ref(name: str) -> Schema:
    """Return a reference to a component of the OpenAPI document."""
    return {"$ref": f"#/components/schemas/{name}"}
