from dataclasses import asdict
from typing import Any

from django.conf import settings
from rest_framework import serializers

from vectorstores.api.fields import Array, Attributes, FileId, missing
from vectorstores.api.serializers.bodies import RequestSerializer, ResponseSerializer, Timestamp
from vectorstores.api.serializers.chunking import ChunkingStrategy
from vectorstores.api.serializers.store_files import CreateVectorStoreFileRequest
from vectorstores.models import FileBatch

MAX_FILES = 2000


class CreateVectorStoreFileBatchRequest(RequestSerializer):
    """`file_ids` that share attributes and chunking, or `files` that each bring their own."""

    file_ids = Array(child=FileId(), minimum=1, maximum=MAX_FILES, required=False)
    files = Array(
        child=CreateVectorStoreFileRequest(), minimum=1, maximum=MAX_FILES, required=False
    )
    attributes = Attributes(required=False)
    chunking_strategy = ChunkingStrategy(required=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if "file_ids" in values and "files" in values:
            message = "'file_ids' and 'files' are mutually exclusive. Send one of them."
            error = serializers.ErrorDetail(message, code="invalid_value")
            raise serializers.ValidationError({"files": [error]})
        if "file_ids" not in values and "files" not in values:
            raise serializers.ValidationError({"file_ids": missing().detail})
        return values


def files_of(values: dict[str, Any]) -> list[dict[str, Any]]:
    """One dict of parameters per file, whichever way they were named."""
    if "files" in values:
        return list(values["files"])
    shared = {key: value for key, value in values.items() if key != "file_ids"}
    return [{"file_id": file_id, **shared} for file_id in values["file_ids"]]


class VectorStoreFileBatchResponse(ResponseSerializer):
    """A batch read `with_progress()`. The context needs `now`."""

    id = serializers.CharField(source="public_id")
    object = serializers.SerializerMethodField()
    created_at = Timestamp()
    vector_store_id = serializers.CharField(source="vector_store.public_id")
    status = serializers.CharField()
    file_counts = serializers.DictField(child=serializers.IntegerField())
    progress = serializers.SerializerMethodField()

    def get_object(self, batch: FileBatch) -> str:
        return str(settings.BATCH_OBJECT)

    def get_progress(self, batch: FileBatch) -> dict[str, Any]:
        return asdict(batch.progress(self.context["now"]))
