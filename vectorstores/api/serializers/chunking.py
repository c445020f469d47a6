from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from vectorstores.api.fields import Choice, Integer, StrictField, check_bounds, missing, wrong_type
from vectorstores.api.serializers.bodies import RequestSerializer
from vectorstores.services import Chunking


class StaticChunkingStrategy(RequestSerializer):
    max_chunk_size_tokens = Integer(minimum=100, maximum=4096)
    chunk_overlap_tokens = Integer(minimum=0)

    def validate(self, values: dict[str, int]) -> dict[str, int]:
        overlap, most = values["chunk_overlap_tokens"], values["max_chunk_size_tokens"] // 2
        try:
            check_bounds(overlap, 0, most, kind="integer")
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"chunk_overlap_tokens": error.detail}) from error
        return values


class ChunkingStrategyRequestParam(RequestSerializer):
    type = Choice("auto", "static")
    static = StaticChunkingStrategy(required=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if values["type"] == "static" and "static" not in values:
            raise serializers.ValidationError({"static": missing().detail})
        return values


class ChunkingStrategy(StrictField):
    """`{"type": "auto"}`, or static sizes.

    OpenAI's guide shows the two sizes without the object around them, so that form is read too.
    """

    expected = "an object"

    def to_internal_value(self, data: Any) -> Chunking:
        if not isinstance(data, Mapping):
            raise wrong_type(self.expected, data)
        if "static" not in data and set(data) & set(StaticChunkingStrategy().fields):
            sizes = {key: value for key, value in data.items() if key != "type"}
            data = {"type": data.get("type", "static"), "static": sizes}
        values = ChunkingStrategyRequestParam().run_validation(data)
        return Chunking() if values["type"] == "auto" else Chunking(**values["static"])
