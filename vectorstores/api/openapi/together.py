"""What parameters ask of each other, where JSON Schema can say it.

What it cannot say, such as that an overlap is half a chunk at most, is in the texts.
"""

from vectorstores.api.openapi.shapes import NULL, Schema, any_of
from vectorstores.api.serializers.batches import CreateVectorStoreFileBatchRequest
from vectorstores.api.serializers.bodies import RequestSerializer
from vectorstores.api.serializers.search import HybridSearchOptions


def _instead(name: str, other: str) -> Schema:
    return {
        "required": [name],
        "properties": {name: {"type": "array"}, other: NULL},
    }


def _positive(name: str) -> Schema:
    return {"properties": {name: {"exclusiveMinimum": 0}}}


TOGETHER: dict[type[RequestSerializer], Schema] = {
    CreateVectorStoreFileBatchRequest: any_of(
        _instead("file_ids", "files"), _instead("files", "file_ids")
    ),
    HybridSearchOptions: any_of(_positive("embedding_weight"), _positive("text_weight")),
}
