"""The document allows exactly what the serializers accept."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.serializers import ValidationError

from tests.vectorstores.api.openapi.documented import (
    OPERATIONS,
    body_of,
    examples_of,
    resolved,
    validator,
)
from vectorstores.api.openapi.operations import OPERATIONS as LINES
from vectorstores.api.openapi.operations import sample
from vectorstores.api.serializers.bodies import RequestSerializer, validated
from vectorstores.errors import ApiError

PARAMS: dict[str, type[RequestSerializer]] = {
    line.id: line.request for line in LINES.values() if line.request
}
SIZES = {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 100}
FILES = [{"file_id": sample.FILE}]
COMPARED = {"key": "k", "value": "v"}
DEEP: dict[str, Any] = {"type": "eq", **COMPARED}
for _ in range(9):
    DEEP = {"type": "or", "filters": [DEEP, {"type": "and", "filters": []}]}


def allows(operation_id: str, body: dict[str, Any]) -> bool:
    _, content = body_of(OPERATIONS[operation_id])
    return validator(content["schema"]).is_valid(body)


def takes(operation_id: str, body: dict[str, Any]) -> bool:
    try:
        validated(PARAMS[operation_id], body)
    except (ValidationError, ApiError):
        return False
    return True


def searching(**params: Any) -> tuple[str, dict[str, Any]]:
    return "searchVectorStore", {"query": "wombats", **params}


def filtering(filter_: Any) -> tuple[str, dict[str, Any]]:
    return searching(filters=filter_)


def chunking(strategy: Any) -> tuple[str, dict[str, Any]]:
    return "createVectorStoreFile", {"file_id": sample.FILE, "chunking_strategy": strategy}


def attributes(given: Any) -> tuple[str, dict[str, Any]]:
    return "updateVectorStoreFileAttributes", {"attributes": given}


def batch(**params: Any) -> tuple[str, dict[str, Any]]:
    return "createVectorStoreFileBatch", params


def embedding(input_: Any) -> tuple[str, dict[str, Any]]:
    return "createEmbedding", {"model": "m", "input": input_}


@pytest.mark.parametrize("operation_id", PARAMS)
def test_its_examples_are_allowed_and_taken(operation_id: str):
    _, content = body_of(OPERATIONS[operation_id])

    for body in examples_of(content):
        assert list(validator(content["schema"]).iter_errors(body)) == []
        assert takes(operation_id, as_sent(operation_id, body)), body


def as_sent(operation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as a form sends them: files as they are, and everything else as text."""
    media_type, content = body_of(OPERATIONS[operation_id])
    if media_type == "application/json":
        return body
    properties = resolved(content["schema"])["properties"]
    return {
        key: SimpleUploadedFile("notes.md", value.encode())
        if properties[key].get("format") == "binary"
        else str(value)
        for key, value in body.items()
    }


@pytest.mark.parametrize(
    ("operation_id", "body"),
    [
        ("createVectorStore", {}),
        ("createVectorStore", {"name": None, "file_ids": None, "metadata": None}),
        ("createVectorStore", {"name": "n" * 512, "file_ids": [sample.FILE] * 500}),
        ("createVectorStore", {"metadata": {"k" * 64: "v" * 512}}),
        ("createVectorStore", {"expires_after": {"anchor": "last_active_at", "days": 365}}),
        ("modifyVectorStore", {"name": None, "metadata": None, "expires_after": None}),
        searching(query="?" * 32_768),
        searching(query=["?"] * 16, max_num_results=50),
        searching(filters=None, max_num_results=None, ranking_options=None, rewrite_query=None),
        searching(ranking_options={"ranker": "auto", "score_threshold": 1}),
        searching(ranking_options={"hybrid_search": {"embedding_weight": 0, "text_weight": 0.1}}),
        filtering({"type": "ne", **COMPARED}),
        filtering({"type": "lt", "property": "k", "value": 5}),
        filtering({"type": "nin", "key": "k", "value": ["a", 1, 0.5, True]}),
        filtering(DEEP),
        chunking({"type": "auto"}),
        chunking({"type": "auto", "static": None}),
        chunking({"type": "auto", "static": SIZES}),
        chunking({"type": "static", "static": SIZES}),
        chunking(SIZES),
        chunking({"type": "static", **SIZES}),
        attributes({f"k{i}": value for i, value in enumerate(["v" * 512, 1, 0.5, True])}),
        attributes({str(i): i for i in range(16)}),
        attributes(None),
        batch(file_ids=[sample.FILE] * 2000),
        batch(files=FILES, file_ids=None),
        batch(files=FILES, attributes={"k": 1}),
        embedding("text"),
        embedding(["text"] * 2048),
        embedding([1, 2, 3]),
        embedding([[0], [1]]),
        ("createUpload", {"filename": "f", "purpose": "evals", "bytes": 0, "mime_type": ""}),
        ("completeUpload", {"part_ids": [], "md5": None}),
        ("completeUpload", {"part_ids": [sample.PART], "md5": "aF" * 16}),
        ("cancelUpload", {}),
    ],
)
def test_allowed_and_taken(operation_id: str, body: dict[str, Any]):
    assert allows(operation_id, body)
    assert takes(operation_id, body)


@pytest.mark.parametrize(
    ("operation_id", "body"),
    [
        ("createVectorStore", {"colour": "red"}),
        ("createVectorStore", {"name": 5}),
        ("createVectorStore", {"name": "n" * 513}),
        ("createVectorStore", {"file_ids": [sample.FILE] * 501}),
        ("createVectorStore", {"file_ids": [sample.STORE]}),
        ("createVectorStore", {"file_ids": [None]}),
        ("createVectorStore", {"metadata": {"k": 1}}),
        ("createVectorStore", {"metadata": {"k" * 65: "v"}}),
        ("createVectorStore", {"expires_after": {"days": 7}}),
        ("createVectorStore", {"expires_after": {"anchor": "last_active_at", "days": 366}}),
        ("createVectorStore", {"expires_after": {"anchor": "created_at", "days": 7}}),
        ("searchVectorStore", {}),
        searching(query=None),
        searching(query=""),
        searching(query=[]),
        searching(query=["?"] * 17),
        searching(query=["?", 5]),
        searching(max_num_results=0),
        searching(max_num_results=51),
        searching(rewrite_query="yes"),
        searching(ranking_options={"score_threshold": 1.1}),
        searching(ranking_options={"ranker": "best"}),
        searching(ranking_options={"hybrid_search": {"embedding_weight": 0, "text_weight": 0}}),
        searching(ranking_options={"hybrid_search": {"embedding_weight": 1}}),
        filtering({}),
        filtering({"type": "eq", "value": "v"}),
        filtering({"type": "eq", "property": "k", **COMPARED}),
        filtering({"type": "like", **COMPARED}),
        filtering({"type": "eq", "key": "k", "value": ["v"]}),
        filtering({"type": "gt", "key": "k", "value": True}),
        filtering({"type": "in", **COMPARED}),
        filtering({"type": "in", "key": "k", "value": [None]}),
        filtering({"type": "and", "filters": {}}),
        filtering({"type": "and", "filters": [{"type": "or"}]}),
        filtering({"type": "and", "filters": [], "key": "k"}),
        chunking({}),
        chunking({"type": "static"}),
        chunking({"type": "static", "static": None}),
        chunking({"type": "other"}),
        chunking({"type": None, **SIZES}),
        chunking({"max_chunk_size_tokens": 200}),
        chunking({"type": "static", "static": {**SIZES, "max_chunk_size_tokens": 99}}),
        chunking({"type": "static", "static": {**SIZES, "max_chunk_size_tokens": 4097}}),
        chunking({"type": "static", "static": {**SIZES, "chunk_overlap_tokens": -1}}),
        chunking({"type": "static", "static": SIZES, **SIZES}),
        attributes({"k": "v" * 513}),
        attributes({"k": None}),
        attributes({str(i): i for i in range(17)}),
        ("updateVectorStoreFileAttributes", {}),
        batch(),
        batch(file_ids=[]),
        batch(file_ids=None, files=None),
        batch(file_ids=[sample.FILE], files=FILES),
        batch(files=[{}]),
        embedding(""),
        embedding([]),
        embedding(["text"] * 2049),
        embedding([""]),
        embedding([[]]),
        embedding([-1]),
        embedding(["text", [1]]),
        embedding({"text": "text"}),
        ("createEmbedding", {"input": "text"}),
        ("createEmbedding", {"input": "text", "model": "m", "encoding_format": "hex"}),
        ("createEmbedding", {"input": "text", "model": "m", "dimensions": 0}),
        ("createUpload", {"filename": "", "purpose": "evals", "bytes": 0, "mime_type": ""}),
        ("createUpload", {"filename": "f", "purpose": "evals", "bytes": -1, "mime_type": ""}),
        ("completeUpload", {}),
        ("completeUpload", {"part_ids": [sample.FILE]}),
        ("completeUpload", {"part_ids": [], "md5": "aF" * 15}),
        ("cancelUpload", {"reason": "none"}),
    ],
)
def test_neither_allowed_nor_taken(operation_id: str, body: dict[str, Any]):
    assert not allows(operation_id, body)
    assert not takes(operation_id, body)


@pytest.mark.parametrize("operation_id", PARAMS)
def test_no_body_takes_keys_it_does_not_name(operation_id: str):
    _, content = body_of(OPERATIONS[operation_id])

    assert resolved(content["schema"])["additionalProperties"] is False


def test_an_operation_with_only_optional_parameters_needs_no_body():
    free = {
        name
        for name, operation in OPERATIONS.items()
        if "requestBody" in operation and not operation["requestBody"]["required"]
    }

    assert free == {
        "createVectorStore",
        "modifyVectorStore",
        "cancelVectorStoreFileBatch",
        "cancelUpload",
    }


def test_an_upload_is_a_form_whose_expiry_is_all_or_nothing():
    media_type, content = body_of(OPERATIONS["createFile"])
    form = {"file": "", "purpose": "assistants"}
    anchor, seconds = "expires_after[anchor]", "expires_after[seconds]"

    judge = validator(content["schema"])

    assert media_type == "multipart/form-data"
    assert judge.is_valid({**form, anchor: "created_at", seconds: 3600})
    assert not judge.is_valid({**form, anchor: "created_at", seconds: 3599})
    assert not judge.is_valid({**form, seconds: 3600})
    assert not judge.is_valid({"file": ""})
