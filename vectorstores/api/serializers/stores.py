from typing import Any

from rest_framework import serializers

from vectorstores.api import fields
from vectorstores.api.json_schema import COUNT, INTEGER, constant, enum, record
from vectorstores.api.public_ids import FileId
from vectorstores.api.serializers.bodies import (
    Constant,
    Described,
    RequestSerializer,
    ResponseSerializer,
    Timestamp,
)
from vectorstores.api.serializers.store_files import ChunkingStrategy
from vectorstores.embeddings import all_models
from vectorstores.models import VectorStore

MAX_FILE_IDS = 500
MAX_NAME, MAX_DESCRIPTION = 512, 8192  # characters, since lists contain both


class VectorStoreExpirationAfter(RequestSerializer):
    anchor = fields.Choice("last_active_at")
    days = fields.Integer(minimum=1, maximum=365)


class ModelName(fields.Choice):
    """The name of one of this server's embedding models."""

    def __init__(self, **kwargs: Any) -> None:
        # Read anew for each request, since DRF copies a declared field by constructing it again.
        super().__init__(*(model.name for model in all_models()), **kwargs)


class CreateVectorStoreRequest(RequestSerializer):
    name = fields.String(max_length=MAX_NAME, required=False)
    description = fields.String(max_length=MAX_DESCRIPTION, required=False)
    metadata = fields.Metadata(required=False)
    expires_after = VectorStoreExpirationAfter(required=False)
    file_ids = fields.Array(
        child=FileId(),
        maximum=MAX_FILE_IDS,
        required=False,
        help_text="The ids of files to attach.",
    )
    chunking_strategy = ChunkingStrategy(
        required=False, source="chunking", help_text="Applies to all `file_ids`."
    )
    embedding_model = ModelName(required=False)


class UpdateVectorStoreRequest(RequestSerializer):
    """Changes of a store. Null clears the name, the metadata or the expiry."""

    name = fields.String(
        max_length=MAX_NAME, required=False, allow_null=True, help_text="Null removes the name."
    )
    metadata = fields.Metadata(
        required=False, allow_null=True, help_text="Replaces all pairs. Null removes them."
    )
    expires_after = VectorStoreExpirationAfter(
        required=False,
        allow_null=True,
        help_text="Null clears it, so that the store does not expire.",
    )


class VectorStoreResponse(ResponseSerializer):
    """A store, loaded `with_file_counts()`. The context needs `now`."""

    component = "VectorStoreObject"
    optional = ("expires_after",)

    id = serializers.CharField(source="public_id")
    object = Constant("vector_store")
    created_at = Timestamp()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    usage_bytes = Described(COUNT)
    file_counts = serializers.DictField(child=serializers.IntegerField())
    status = Described(
        enum(("expired", "in_progress", "completed")),
        help_text="`expired`, or `in_progress` while any file is, or else `completed`.",
    )
    expires_after = Described(record(anchor=constant("last_active_at"), days=INTEGER))
    expires_at = Timestamp(allow_null=True)
    last_active_at = Timestamp(
        help_text="The time of the last search or attachment, in seconds since 1970."
    )
    metadata = fields.Metadata(read_only=True)
    embedding_model = serializers.CharField()

    def get_usage_bytes(self, store: VectorStore) -> int:
        """Return 0 for an expired store, since its chunks are purged."""
        return 0 if store.has_expired(self.context["now"]) else store.usage_bytes

    def get_status(self, store: VectorStore) -> str:
        return store.status(self.context["now"])

    def get_expires_after(self, store: VectorStore) -> dict[str, Any] | None:
        days = store.expires_after_days
        return {"anchor": "last_active_at", "days": days} if days else None
