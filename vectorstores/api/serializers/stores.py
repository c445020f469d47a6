from typing import Any

from rest_framework import serializers

from vectorstores.api.fields import Array, Choice, Integer, Metadata, String
from vectorstores.api.public_ids import FileId
from vectorstores.api.serializers.bodies import (
    Constant,
    RequestSerializer,
    ResponseSerializer,
    Timestamp,
)
from vectorstores.api.serializers.store_files import ChunkingStrategy
from vectorstores.embeddings import all_models
from vectorstores.models import VectorStore

MAX_FILE_IDS = 500
MAX_NAME, MAX_DESCRIPTION = 512, 8192  # characters; lists show them


class VectorStoreExpirationAfter(RequestSerializer):
    anchor = Choice("last_active_at")
    days = Integer(minimum=1, maximum=365)


class ModelName(Choice):
    """One of the models this server embeds with."""

    def __init__(self, **kwargs: Any) -> None:
        # Read anew for each request: DRF copies a declared field by making another one.
        super().__init__(*(model.name for model in all_models()), **kwargs)


class CreateVectorStoreRequest(RequestSerializer):
    name = String(max_length=MAX_NAME, required=False)
    description = String(max_length=MAX_DESCRIPTION, required=False)
    metadata = Metadata(required=False)
    expires_after = VectorStoreExpirationAfter(required=False)
    file_ids = Array(child=FileId(), maximum=MAX_FILE_IDS, required=False)
    chunking_strategy = ChunkingStrategy(required=False, source="chunking")
    embedding_model = ModelName(required=False)


class UpdateVectorStoreRequest(RequestSerializer):
    """Null clears: the name, the metadata, the expiry."""

    name = String(max_length=MAX_NAME, required=False, allow_null=True)
    metadata = Metadata(required=False, allow_null=True)
    expires_after = VectorStoreExpirationAfter(required=False, allow_null=True)


class VectorStoreResponse(ResponseSerializer):
    """A store read `with_file_counts()`. The context needs `now`."""

    optional = ("expires_after",)

    id = serializers.CharField(source="public_id")
    object = Constant("vector_store")
    created_at = Timestamp()
    name = serializers.CharField()
    description = serializers.CharField()
    usage_bytes = serializers.SerializerMethodField()
    file_counts = serializers.DictField(child=serializers.IntegerField())
    status = serializers.SerializerMethodField()
    expires_after = serializers.SerializerMethodField()
    expires_at = Timestamp()
    last_active_at = Timestamp()
    metadata = serializers.JSONField()
    embedding_model = serializers.CharField()

    def get_usage_bytes(self, store: VectorStore) -> int:
        """None of an expired store: what it had is gone, or is just being purged."""
        return 0 if store.has_expired(self.context["now"]) else store.usage_bytes

    def get_status(self, store: VectorStore) -> str:
        return store.status(self.context["now"])

    def get_expires_after(self, store: VectorStore) -> dict[str, Any] | None:
        days = store.expires_after_days
        return {"anchor": "last_active_at", "days": days} if days else None
