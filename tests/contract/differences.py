"""The differences from OpenAI's published schema on purpose: the whole list.

docs/api.md tells users.
"""

from copy import deepcopy
from typing import Any

LISTS = ("ListFilesResponse", "ListVectorStoresResponse", "ListVectorStoreFilesResponse")
ENDS = ("first_id", "last_id")

Schemas = dict[str, Any]


def of_answers(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with our differences, to which our answers keep."""
    schemas: Schemas = deepcopy(document["components"]["schemas"])
    for name in LISTS:
        # An empty list has no ends. OpenAI answers null, whatever its schema says, and clients
        # have learned it: a "" would be sent back to us as a cursor.
        schemas[name]["properties"] |= {end: {"type": ["string", "null"]} for end in ENDS}
        schemas[name]["if"] = {"properties": {"data": {"minItems": 1}}}
        schemas[name]["then"] = {"properties": {end: {"type": "string"} for end in ENDS}}
    # A purpose the schema lets a file be created with, and then has no word for.
    schemas["OpenAIFile"]["properties"]["purpose"]["enum"].append("evals")
    # The schema lets a request ask for base64, as SDKs do, and describes the answer to others.
    embedding = schemas["Embedding"]["properties"]
    embedding["embedding"] = {"anyOf": [embedding["embedding"], {"type": "string"}]}
    # What OpenAI's server says instead, for operators who set it so.
    batch = schemas["VectorStoreFileBatchObject"]["properties"]
    batch["object"]["enum"].append("vector_store.file_batch")
    return {**document, "components": {**document["components"], "schemas": schemas}}


def of_requests(document: dict[str, Any]) -> Schemas:
    """Return the schemas of the requests that we accept, which are narrower than the published
    ones.
    """
    schemas: Schemas = deepcopy(document["components"]["schemas"])
    _say_what_is_prose(schemas)
    _bound_what_is_unbounded(schemas)
    _pair_operators_with_values(schemas)
    return schemas


def _say_what_is_prose(schemas: Schemas) -> None:
    """Add to the schema what it says in descriptions alone."""
    metadata = schemas["Metadata"]["anyOf"][0]
    metadata |= {"maxProperties": 16, "propertyNames": {"type": "string", "maxLength": 64}}
    metadata["additionalProperties"]["maxLength"] = 512
    # "Must not exceed half of `max_chunk_size_tokens`", which is 100 at least.
    chunking = schemas["StaticChunkingStrategy"]["properties"]
    chunking["chunk_overlap_tokens"] |= {"minimum": 0, "maximum": 50}
    # `file_ids` and `files` are "mutually exclusive".
    batch = schemas["CreateVectorStoreFileBatchRequest"]
    ways = [{**batch, "properties": dict(batch["properties"])} for _ in range(2)]
    for way, wanted, other in zip(ways, ("file_ids", "files"), ("files", "file_ids"), strict=True):
        del way["anyOf"], way["properties"][other]
        way["required"] = [wanted]
    schemas["CreateVectorStoreFileBatchRequest"] = {"oneOf": ways}
    # 8 GB at most. A file of the Batch API has 200 MB at most, and is named .jsonl.
    upload = schemas["CreateUploadRequest"]["properties"]
    upload["bytes"] |= {"minimum": 0, "maximum": 8 * 1024**3}
    upload["purpose"]["enum"].remove("batch")
    # "Input cannot be an empty string", and tokens are numbers in a table.
    text, texts, tokens, lists = schemas["CreateEmbeddingRequest"]["properties"]["input"]["oneOf"]
    text["minLength"] = texts["items"]["minLength"] = 1
    tokens["items"] = lists["items"]["items"] = {"type": "integer", "minimum": 0, "maximum": 99_999}


def _bound_what_is_unbounded(schemas: Schemas) -> None:
    """Add our own limits."""
    for request in ("CreateVectorStoreRequest", "UpdateVectorStoreRequest"):
        schemas[request]["properties"]["name"]["maxLength"] = 512
    question = {"type": "string", "minLength": 1, "maxLength": 32_768}
    schemas["VectorStoreSearchRequest"]["properties"]["query"] = {
        "oneOf": [question, {"type": "array", "minItems": 1, "maxItems": 16, "items": question}]
    }
    # A name must be left when directories and what cannot be shown are gone.
    upload = schemas["CreateUploadRequest"]["properties"]
    upload["filename"] = {
        "enum": ["notes.txt", "a/b\\c.pdf", "日本語.md", ".bashrc", "no extension"]
    }


def _pair_operators_with_values(schemas: Schemas) -> None:
    """Pair operators with types, because the schema lets `in` have a number and `gt` a list."""
    comparison = schemas["ComparisonFilter"]
    text, number, boolean, array = comparison["properties"]["value"]["oneOf"]
    kinds = {
        ("eq", "ne"): [text, number, boolean],
        ("gt", "gte", "lt", "lte"): [text, number],
        ("in", "nin"): [array],
    }
    schemas["ComparisonFilter"] = {
        "oneOf": [
            {
                **comparison,
                "properties": {
                    "type": {"enum": list(types)},
                    "key": {"type": "string"},
                    "value": {"oneOf": values},
                },
            }
            for types, values in kinds.items()
        ]
    }
