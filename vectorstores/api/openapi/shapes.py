"""JSON Schema in the few forms we need."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
BOOLEAN: Schema = {"type": "boolean"}
NULL: Schema = {"type": "null"}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def named(
    auto_schema: AutoSchema, name: str, schema: Schema, kind: str = ResolvedComponent.SCHEMA
) -> Schema:
    """A reference to `schema`, which becomes a component of the document."""
    component = ResolvedComponent(name, kind, schema, object=name)
    auto_schema.registry.register_on_missing(component)
    return dict(component.ref)


def enum(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


def constant(value: Any) -> Schema:
    """Of strings an enum of one, as OpenAI has it: generators know no other constant."""
    match value:
        case bool():
            return {"type": "boolean", "enum": [value]}
        case str():
            return enum([value])
    return NULL


def array(items: Schema, **limits: int) -> Schema:
    return {"type": "array", "items": items, **limits}


def closed(properties: dict[str, Schema], required: Iterable[str]) -> Schema:
    """An object that takes no other keys."""
    return {**shown(properties, required), "additionalProperties": False}


def shown(properties: dict[str, Schema], required: Iterable[str]) -> Schema:
    """An object that may get more keys one day."""
    names = list(required)
    return {
        "type": "object",
        "properties": properties,
        **({"required": names} if names else {}),
    }


def any_of(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def or_null(schema: Schema) -> Schema:
    kind = schema.get("type")
    if not isinstance(kind, str):
        return any_of(*schema.get("anyOf", [schema]), NULL)
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [kind, "null"], **values}
