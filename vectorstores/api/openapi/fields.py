"""What each of our fields takes. A field nobody describes here is an error, not a guess."""

from functools import singledispatch
from typing import Any

from drf_spectacular.openapi import AutoSchema

from vectorstores.api import fields
from vectorstores.api.fields import MAX_KEY, MAX_PAIRS, MAX_VALUE
from vectorstores.api.openapi import shapes, unions
from vectorstores.api.openapi.shapes import Schema
from vectorstores.api.public_ids import IdField
from vectorstores.api.serializers.bodies import RequestSerializer
from vectorstores.api.serializers.embeddings import EmbeddingInput
from vectorstores.api.serializers.files import FormFile
from vectorstores.api.serializers.search import AttributeFilter, Query
from vectorstores.api.serializers.store_files import ChunkingStrategy
from vectorstores.api.serializers.uploads import Md5


@singledispatch
def taken(field: Any, auto_schema: AutoSchema) -> Schema:
    """The schema of what `field` takes, null apart."""
    raise TypeError(f"{type(field).__name__} has no schema here")


@taken.register
def _params(field: RequestSerializer, auto_schema: AutoSchema) -> Schema:
    reference: Schema = auto_schema.resolve_serializer(field, "request").ref
    return reference


@taken.register
def _string(field: fields.String, auto_schema: AutoSchema) -> Schema:
    limits = {"minLength": field.min_length or None, "maxLength": field.max_length}
    return {**shapes.STRING, **_given(limits)}


@taken.register
def _public_id(field: IdField, auto_schema: AutoSchema) -> Schema:
    return {**shapes.STRING, "pattern": f"^{field.format.prefix}"}


@taken.register
def _md5(field: Md5, auto_schema: AutoSchema) -> Schema:
    return {**shapes.STRING, "pattern": "^[0-9a-fA-F]{32}$"}


@taken.register(fields.Integer)
@taken.register(fields.Decimal)
def _number(field: fields.Integer | fields.Decimal, auto_schema: AutoSchema) -> Schema:
    kind = shapes.INTEGER if isinstance(field, fields.Integer) else shapes.NUMBER
    return {**kind, **_given({"minimum": field.minimum, "maximum": field.maximum})}


@taken.register
def _boolean(field: fields.Boolean, auto_schema: AutoSchema) -> Schema:
    return shapes.BOOLEAN


@taken.register
def _choice(field: fields.Choice, auto_schema: AutoSchema) -> Schema:
    return shapes.enum(field.choices)


@taken.register
def _array(field: fields.Array, auto_schema: AutoSchema) -> Schema:
    limits = {"minItems": field.minimum or None, "maxItems": field.maximum}
    return shapes.array(taken(field.child, auto_schema), **_given(limits))


@taken.register
def _bytes(field: FormFile, auto_schema: AutoSchema) -> Schema:
    return {**shapes.STRING, "format": "binary"}


@taken.register
def _metadata(field: fields.Metadata, auto_schema: AutoSchema) -> Schema:
    return shapes.named(auto_schema, "Metadata", pairs_of(SHORT))


@taken.register
def _attributes(field: fields.Attributes, auto_schema: AutoSchema) -> Schema:
    value = shapes.any_of(SHORT, shapes.NUMBER, shapes.BOOLEAN)
    return shapes.named(auto_schema, "VectorStoreFileAttributes", pairs_of(value))


SHORT = {**shapes.STRING, "maxLength": MAX_VALUE}


def pairs_of(value: Schema) -> Schema:
    return {
        "type": "object",
        "maxProperties": MAX_PAIRS,
        "propertyNames": {"maxLength": MAX_KEY},
        "additionalProperties": value,
    }


@taken.register
def _query(field: Query, auto_schema: AutoSchema) -> Schema:
    return unions.query()


@taken.register
def _input(field: EmbeddingInput, auto_schema: AutoSchema) -> Schema:
    return unions.embedding_input()


@taken.register
def _filter(field: AttributeFilter, auto_schema: AutoSchema) -> Schema:
    return unions.attribute_filter(auto_schema)


@taken.register
def _chunking(field: ChunkingStrategy, auto_schema: AutoSchema) -> Schema:
    return unions.chunking_strategy(auto_schema)


def _given(limits: dict[str, Any]) -> dict[str, Any]:
    return {name: limit for name, limit in limits.items() if limit is not None}
