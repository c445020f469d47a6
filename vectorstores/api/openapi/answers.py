"""What we show. Fields whose type does not tell are described here, by hand."""

from functools import singledispatch
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from vectorstores.api.openapi import shapes
from vectorstores.api.openapi.fields import SHORT, pairs_of
from vectorstores.api.openapi.shapes import COUNT, INTEGER, STRING, Schema, enum, or_null
from vectorstores.api.serializers.batches import VectorStoreFileBatchResponse
from vectorstores.api.serializers.bodies import Constant, ResponseSerializer, Timestamp
from vectorstores.api.serializers.embeddings import EmbeddingResponse
from vectorstores.api.serializers.files import OpenAIFileResponse
from vectorstores.api.serializers.search import SearchResultResponse
from vectorstores.api.serializers.store_files import VectorStoreFileResponse
from vectorstores.api.serializers.stores import VectorStoreResponse
from vectorstores.api.serializers.uploads import UploadResponse
from vectorstores.models import Stage, Status
from vectorstores.models.files import Purpose

LAST_ERRORS = ("server_error", "unsupported_file", "invalid_file")
COUNTS = shapes.shown(dict.fromkeys((*Status.values, "total"), COUNT), (*Status.values, "total"))
ATTRIBUTES = pairs_of(shapes.any_of(SHORT, shapes.NUMBER, shapes.BOOLEAN))
TEXT = shapes.shown({"type": shapes.constant("text"), "text": STRING}, ("type", "text"))
PASSAGE = shapes.shown(
    {**TEXT["properties"], "page": or_null(INTEGER), "heading": or_null(STRING)},
    ("type", "text", "page", "heading"),
)
FILE_PROGRESS = shapes.shown(
    {
        "stage": enum((*Stage.values, *(s for s in Status.values if s != Status.IN_PROGRESS))),
        "chunks_done": COUNT,
        "chunks_total": or_null(COUNT),
    },
    ("stage", "chunks_done", "chunks_total"),
)
BATCH_PROGRESS = shapes.shown(
    {
        "files_done": COUNT,
        "files_total": COUNT,
        "files_per_second": or_null({**shapes.NUMBER, "minimum": 0}),
        "estimated_completion_at": or_null(INTEGER),
    },
    ("files_done", "files_total", "files_per_second", "estimated_completion_at"),
)
STATIC_CHUNKING = shapes.shown(
    {
        "type": shapes.constant("static"),
        "static": shapes.shown(
            {"max_chunk_size_tokens": COUNT, "chunk_overlap_tokens": COUNT},
            ("max_chunk_size_tokens", "chunk_overlap_tokens"),
        ),
    },
    ("type", "static"),
)
LAST_ERROR = shapes.shown({"code": enum(LAST_ERRORS), "message": STRING}, ("code", "message"))
EXPIRES_AFTER = shapes.shown(
    {"anchor": shapes.constant("last_active_at"), "days": INTEGER}, ("anchor", "days")
)

BY_HAND: dict[type[ResponseSerializer], dict[str, Schema]] = {
    OpenAIFileResponse: {"purpose": enum(Purpose.values)},
    VectorStoreResponse: {
        "usage_bytes": COUNT,
        "description": or_null(STRING),
        "file_counts": COUNTS,
        "status": enum(("expired", "in_progress", "completed")),
        "expires_after": EXPIRES_AFTER,
        "expires_at": or_null(INTEGER),
        "metadata": pairs_of(SHORT),
    },
    VectorStoreFileResponse: {
        "usage_bytes": COUNT,
        "status": enum(Status.values),
        "last_error": or_null(LAST_ERROR),
        "chunking_strategy": STATIC_CHUNKING,
        "attributes": ATTRIBUTES,
        "progress": FILE_PROGRESS,
    },
    VectorStoreFileBatchResponse: {
        "object": shapes.constant(settings.BATCH_OBJECT),
        "status": enum(Status.values),
        "file_counts": COUNTS,
        "progress": BATCH_PROGRESS,
    },
    UploadResponse: {
        "purpose": enum(Purpose.values),
        "status": enum(("pending", "completed", "cancelled", "expired")),
        "file": or_null(shapes.ref("OpenAIFile")),
    },
    EmbeddingResponse: {"embedding": shapes.any_of(shapes.array(shapes.NUMBER), STRING)},
    SearchResultResponse: {
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "attributes": ATTRIBUTES,
        "content": shapes.array(TEXT),
    },
}


def told(field: Any, auto_schema: AutoSchema) -> Schema:
    by_hand = BY_HAND.get(type(field.parent), {})
    return by_hand.get(field.field_name) or of_type(field, auto_schema)


@singledispatch
def of_type(field: Any, auto_schema: AutoSchema) -> Schema:
    raise TypeError(f"{type(field.parent).__name__}.{field.field_name} has no schema here")


@of_type.register
def _text(field: serializers.CharField, auto_schema: AutoSchema) -> Schema:
    return STRING


@of_type.register
def _integer(field: serializers.IntegerField, auto_schema: AutoSchema) -> Schema:
    return COUNT


@of_type.register
def _timestamp(field: Timestamp, auto_schema: AutoSchema) -> Schema:
    return INTEGER


@of_type.register
def _constant(field: Constant, auto_schema: AutoSchema) -> Schema:
    return shapes.constant(field.value)


@of_type.register
def _strings(field: serializers.ListField, auto_schema: AutoSchema) -> Schema:
    return shapes.array(of_type(field.child, auto_schema))


@of_type.register
def _nested(field: ResponseSerializer, auto_schema: AutoSchema) -> Schema:
    return dict(auto_schema.resolve_serializer(field, "response").ref)


@of_type.register
def _many(field: serializers.ListSerializer, auto_schema: AutoSchema) -> Schema:
    return shapes.array(of_type(field.child, auto_schema))


def deleted(kind: str) -> Schema:
    return shapes.shown(
        {"id": STRING, "object": shapes.constant(kind), "deleted": shapes.constant(True)},
        ("id", "object", "deleted"),
    )


def page_of(item: Schema) -> Schema:
    """A list's page. Its ends are null where it is empty."""
    properties = {
        "object": shapes.constant("list"),
        "data": shapes.array(item),
        "first_id": or_null(STRING),
        "last_id": or_null(STRING),
        "has_more": shapes.BOOLEAN,
    }
    return shapes.shown(properties, properties)


def single_page(kind: str, item: Schema) -> Schema:
    properties = {
        "object": shapes.constant(kind),
        "data": shapes.array(item),
        "has_more": shapes.constant(False),
        "next_page": shapes.NULL,
    }
    return shapes.shown(properties, properties)
