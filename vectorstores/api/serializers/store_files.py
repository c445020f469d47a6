from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from rest_framework import serializers

from vectorstores.api import fields
from vectorstores.api.json_schema import (
    COUNT,
    STRING,
    any_of,
    array,
    closed,
    constant,
    enum,
    or_null,
    record,
    ref,
)
from vectorstores.api.public_ids import FileId
from vectorstores.api.serializers.bodies import (
    Constant,
    Described,
    RequestSerializer,
    ResponseSerializer,
    Timestamp,
)
from vectorstores.models import Stage, Status, VectorStoreFile
from vectorstores.services import Chunking


class StaticChunkingStrategy(RequestSerializer):
    max_chunk_size_tokens = fields.Integer(minimum=100, maximum=4096)
    chunk_overlap_tokens = fields.Integer(minimum=0)

    def validate(self, values: dict[str, int]) -> dict[str, int]:
        overlap, most = values["chunk_overlap_tokens"], values["max_chunk_size_tokens"] // 2
        try:
            fields.check_bounds(overlap, 0, most, kind="integer")
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"chunk_overlap_tokens": error.detail}) from error
        return values


class ChunkingStrategyRequestParam(RequestSerializer):
    type = fields.Choice("auto", "static")
    static = StaticChunkingStrategy(required=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if values["type"] == "static" and "static" not in values:
            raise serializers.ValidationError({"static": fields.missing().detail})
        return values


class ChunkingStrategy(fields.StrictField):
    """Either `{"type": "auto"}` or static sizes.

    The two sizes are also accepted without the `static` object, as OpenAI's guide shows them.
    """

    expected = "an object"
    static = ref("StaticChunkingStrategy")
    sizes = {
        name: cast(fields.StrictField, field).json_schema
        for name, field in StaticChunkingStrategy().fields.items()
    }
    json_schema = any_of(
        closed({"type": enum(["auto"]), "static": or_null(static)}, ["type"]),
        closed({"type": enum(["static"]), "static": static}, ["type", "static"]),
        closed({"type": enum(["auto", "static"]), **sizes}, sizes),
    )
    components = {"ChunkingStrategyRequestParam": json_schema}

    def to_internal_value(self, data: Any) -> Chunking:
        if not isinstance(data, Mapping):
            raise fields.wrong_type(self.expected, data)
        if "static" not in data and set(data) & set(StaticChunkingStrategy().fields):
            sizes = {key: value for key, value in data.items() if key != "type"}
            data = {"type": data.get("type", "static"), "static": sizes}
        values = ChunkingStrategyRequestParam().run_validation(data)
        return Chunking() if values["type"] == "auto" else Chunking(**values["static"])


class CreateVectorStoreFileRequest(RequestSerializer):
    file_id = FileId()
    attributes = fields.Attributes(required=False)
    chunking_strategy = ChunkingStrategy(required=False, source="chunking")


class UpdateVectorStoreFileAttributesRequest(RequestSerializer):
    """New attributes of a file in a store."""

    attributes = fields.Attributes(
        allow_null=True, help_text="Replaces all pairs. Null removes them."
    )


LAST_ERROR_CODES = ("server_error", "unsupported_file", "invalid_file")
LAST_ERROR = or_null(record(code=enum(LAST_ERROR_CODES), message=STRING))
SIZES = record(max_chunk_size_tokens=COUNT, chunk_overlap_tokens=COUNT)
SETTLED = [status for status in Status.values if status != Status.IN_PROGRESS]
STAGE = enum((*Stage.values, *SETTLED))
WARNINGS = array(record(code=STRING, message=STRING))
PROGRESS = record(stage=STAGE, chunks_done=COUNT, chunks_total=or_null(COUNT))


class VectorStoreFileResponse(ResponseSerializer):
    """A file in a store, loaded with its `file`. It has the file's id, since SDKs poll with it."""

    component = "VectorStoreFileObject"

    id = serializers.CharField(source="file.public_id")
    object = Constant("vector_store.file")
    usage_bytes = Described(COUNT)
    created_at = Timestamp()
    vector_store_id = serializers.CharField(source="vector_store.public_id")
    status = serializers.ChoiceField(Status.choices)
    last_error = Described(LAST_ERROR, help_text="The reason of the failure, with advice.")
    chunking_strategy = Described(record(type=constant("static"), static=SIZES))
    attributes = fields.Attributes(read_only=True)
    filename = serializers.CharField(source="file.filename")
    progress = Described(PROGRESS)
    warnings = Described(WARNINGS, help_text="What in the file was not read. Mostly empty.")

    def get_usage_bytes(self, store_file: VectorStoreFile) -> int:
        is_gone = store_file.vector_store.has_expired(self.context["now"])
        return (
            store_file.usage_bytes if store_file.status == Status.COMPLETED and not is_gone else 0
        )

    def get_last_error(self, store_file: VectorStoreFile) -> dict[str, str] | None:
        if store_file.status != Status.FAILED:
            return None
        return {"code": store_file.last_error_code, "message": store_file.last_error_message}

    def get_warnings(self, store_file: VectorStoreFile) -> list[dict[str, str]]:
        return store_file.current_warnings

    def get_chunking_strategy(self, store_file: VectorStoreFile) -> dict[str, Any]:
        sizes = {
            "max_chunk_size_tokens": store_file.max_chunk_size_tokens,
            "chunk_overlap_tokens": store_file.chunk_overlap_tokens,
        }
        return {"type": "static", "static": sizes}

    def get_progress(self, store_file: VectorStoreFile) -> dict[str, Any]:
        return asdict(store_file.progress)
