from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from vectorstores.api.fields import Attributes, FileId
from vectorstores.api.serializers.bodies import (
    Constant,
    RequestSerializer,
    ResponseSerializer,
    Timestamp,
)
from vectorstores.api.serializers.chunking import ChunkingStrategy
from vectorstores.models import Status, VectorStoreFile
from vectorstores.services import Attachment


class CreateVectorStoreFileRequest(RequestSerializer):
    file_id = FileId()
    attributes = Attributes(required=False)
    chunking_strategy = ChunkingStrategy(required=False)


def attachment(values: dict[str, Any]) -> Attachment:
    """The validated parameters of one file, as what is attached."""
    names = {"file_id": "file_id", "attributes": "attributes", "chunking_strategy": "chunking"}
    return Attachment(**{names[key]: value for key, value in values.items()})


class UpdateVectorStoreFileAttributesRequest(RequestSerializer):
    """Replaces the whole map; null empties it."""

    attributes = Attributes(allow_null=True)


class VectorStoreFileResponse(ResponseSerializer):
    """A file in a store, read with its `file`. Its id is the file's: SDKs poll with it."""

    id = serializers.CharField(source="file.public_id")
    object = Constant("vector_store.file")
    usage_bytes = serializers.SerializerMethodField()
    created_at = Timestamp()
    vector_store_id = serializers.CharField(source="vector_store.public_id")
    status = serializers.CharField()
    last_error = serializers.SerializerMethodField()
    chunking_strategy = serializers.SerializerMethodField()
    attributes = serializers.JSONField()
    filename = serializers.CharField(source="file.filename")
    progress = serializers.SerializerMethodField()

    def get_usage_bytes(self, store_file: VectorStoreFile) -> int:
        is_gone = store_file.vector_store.has_expired(self.context["now"])
        return (
            store_file.usage_bytes if store_file.status == Status.COMPLETED and not is_gone else 0
        )

    def get_last_error(self, store_file: VectorStoreFile) -> dict[str, str] | None:
        if store_file.status != Status.FAILED:
            return None
        return {"code": store_file.last_error_code, "message": store_file.last_error_message}

    def get_chunking_strategy(self, store_file: VectorStoreFile) -> dict[str, Any]:
        sizes = {
            "max_chunk_size_tokens": store_file.max_chunk_size_tokens,
            "chunk_overlap_tokens": store_file.chunk_overlap_tokens,
        }
        return {"type": "static", "static": sizes}

    def get_progress(self, store_file: VectorStoreFile) -> dict[str, Any]:
        return asdict(store_file.progress)
