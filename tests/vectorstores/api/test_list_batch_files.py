"""GET /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files"""

import pytest

from tests.factories import FileBatchFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_BATCH, ids, ok, refused
from vectorstores.models import FileBatch, Status


@pytest.fixture
def batch(store) -> FileBatch:
    return FileBatchFactory(vector_store=store)


@pytest.fixture
def url(store, batch) -> str:
    return f"/v1/vector_stores/{store.public_id}/file_batches/{batch.public_id}/files"


def test_only_files_of_this_batch_are_listed(api, store, batch, url):
    older, newer = StoreFileFactory.create_batch(2, vector_store=store, batch=batch)
    StoreFileFactory(vector_store=store)
    StoreFileFactory(vector_store=store, batch=FileBatchFactory(vector_store=store))

    response = api.get(url)

    assert ids(response) == [newer.file.public_id, older.file.public_id]
    assert response.json()["data"][1] == {
        "id": older.file.public_id,
        "object": "vector_store.file",
        "usage_bytes": 0,
        "created_at": int(older.created_at.timestamp()),
        "vector_store_id": store.public_id,
        "status": "in_progress",
        "last_error": None,
        "chunking_strategy": {
            "type": "static",
            "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400},
        },
        "attributes": {},
        "filename": older.file.filename,
        "progress": {"stage": "waiting", "chunks_done": 0, "chunks_total": None},
        "warnings": [],
    }
    assert not response.json()["has_more"]


@pytest.mark.parametrize("status", Status.values)
def test_files_can_be_filtered_by_status(api, store, batch, url, status):
    by_status = {
        each: StoreFileFactory(vector_store=store, batch=batch, status=each).file.public_id
        for each in Status.values
    }

    assert ids(api.get(url, {"filter": status})) == [by_status[status]]


def test_the_files_of_a_batch_are_paginated(api, store, batch, url):
    made = StoreFileFactory.create_batch(5, vector_store=store, batch=batch)
    wanted = [store_file.file.public_id for store_file in made]

    response = api.get(url, {"order": "asc", "limit": 2, "after": wanted[1]})

    assert ids(response) == wanted[2:4]
    assert ok(response)["has_more"]


def test_an_unknown_batch_is_named(api, store):
    url = f"/v1/vector_stores/{store.public_id}/file_batches/{UNKNOWN_BATCH}/files"

    assert refused(api.get(url), 404) == (
        f"No vector store file batch found with id '{UNKNOWN_BATCH}'."
    )


def test_a_batch_of_another_store_is_not_found(api, project, batch):
    other = VectorStoreFactory(project=project)
    url = f"/v1/vector_stores/{other.public_id}/file_batches/{batch.public_id}/files"

    assert refused(api.get(url), 404) == (
        f"No vector store file batch found with id '{batch.public_id}'."
    )
