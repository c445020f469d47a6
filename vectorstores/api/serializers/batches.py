from dataclasses import asdict
from typing import Any

from django.conf import settings
from rest_framework import serializers

from vectorstores.api import fields
from vectorstores.api.json_schema import (
    COUNT,
    INTEGER,
    NULL,
    NUMBER,
    Schema,
    any_of,
    constant,
    or_null,
    record,
)
from vectorstores.api.public_ids import FileId
from vectorstores.api.serializers.bodies import (
    Described,
    RequestSerializer,
    ResponseSerializer,
    Timestamp,
)
from vectorstores.api.serializers.store_files import ChunkingStrategy, CreateVectorStoreFileRequest
from vectorstores.models import FileBatch, Status
from vectorstores.services import Attachment

MAX_FILES = 2000
SHARED = "Applies to all `file_ids`. Ignored if `files` is used."


def _only(name: str, other: str) -> Schema:
    return {"required": [name], "properties": {name: {"type": "array"}, other: NULL}}


class CreateVectorStoreFileBatchRequest(RequestSerializer):
    """Either `file_ids`, which share attributes and chunking, or `files`, which have their own."""

    together = any_of(_only("file_ids", other="files"), _only("files", other="file_ids"))

    file_ids = fields.Array(
        child=FileId(),
        minimum=1,
        maximum=MAX_FILES,
        required=False,
        help_text="The ids of uploaded files.",
    )
    files = fields.Array(
        child=CreateVectorStoreFileRequest(),
        minimum=1,
        maximum=MAX_FILES,
        required=False,
        help_text="Files with their own attributes and chunking, instead of `file_ids`.",
    )
    attributes = fields.Attributes(required=False, help_text=SHARED)
    chunking_strategy = ChunkingStrategy(required=False, source="chunking", help_text=SHARED)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if "file_ids" in values and "files" in values:
            message = "'file_ids' and 'files' are mutually exclusive. Send one of them."
            error = serializers.ErrorDetail(message, code="invalid_value")
            raise serializers.ValidationError({"files": [error]})
        if "file_ids" not in values and "files" not in values:
            raise serializers.ValidationError({"file_ids": fields.missing().detail})
        if "files" in values:
            return {"attachments": [Attachment(**file) for file in values["files"]]}
        file_ids = values.pop("file_ids")
        return {"attachments": [Attachment(file_id, **values) for file_id in file_ids]}


PROGRESS = record(
    files_done=COUNT,
    files_total=COUNT,
    files_per_second=or_null({**NUMBER, "minimum": 0}),
    estimated_completion_at=or_null(INTEGER),
)


class VectorStoreFileBatchResponse(ResponseSerializer):
    """A batch, loaded `with_progress()`. The context needs `now`."""

    component = "VectorStoreFileBatchObject"

    id = serializers.CharField(source="public_id")
    object = Described(constant(settings.BATCH_OBJECT))
    created_at = Timestamp()
    vector_store_id = serializers.CharField(source="vector_store.public_id")
    status = serializers.ChoiceField(Status.choices)
    file_counts = serializers.DictField(child=serializers.IntegerField())
    progress = Described(PROGRESS)

    def get_object(self, batch: FileBatch) -> str:
        return str(settings.BATCH_OBJECT)

    def get_progress(self, batch: FileBatch) -> dict[str, Any]:
        return asdict(batch.progress(self.context["now"]))
