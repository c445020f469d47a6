"""GET /v1/vector_stores/{vector_store_id}/files"""

import pytest
from django.utils import timezone

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import ids, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import Status, VectorStore


@pytest.fixture
def url(store) -> str:
    return f"/v1/vector_stores/{store.public_id}/files"


def test_files_are_listed_newest_first(api, store, url):
    failed = StoreFileFactory(
        vector_store=store,
        status=Status.FAILED,
        last_error_code="invalid_file",
        last_error_message="The file could not be parsed.",
    )
    found = searchable(store, "Wombats dig.", attributes={"a": 1})

    body = ok(api.get(url))

    chunking = {
        "type": "static",
        "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400},
    }
    assert body == {
        "object": "list",
        "data": [
            {
                "id": found.file.public_id,
                "object": "vector_store.file",
                "usage_bytes": found.usage_bytes,
                "created_at": int(found.created_at.timestamp()),
                "vector_store_id": store.public_id,
                "status": "completed",
                "last_error": None,
                "chunking_strategy": chunking,
                "attributes": {"a": 1},
                "filename": found.file.filename,
                "progress": {"stage": "completed", "chunks_done": 1, "chunks_total": 1},
                "warnings": [],
            },
            {
                "id": failed.file.public_id,
                "object": "vector_store.file",
                "usage_bytes": 0,
                "created_at": int(failed.created_at.timestamp()),
                "vector_store_id": store.public_id,
                "status": "failed",
                "last_error": {
                    "code": "invalid_file",
                    "message": "The file could not be parsed.",
                },
                "chunking_strategy": chunking,
                "attributes": {},
                "filename": failed.file.filename,
                "progress": {"stage": "failed", "chunks_done": 0, "chunks_total": None},
                "warnings": [],
            },
        ],
        "first_id": found.file.public_id,
        "last_id": failed.file.public_id,
        "has_more": False,
    }


def test_only_files_of_this_store_are_listed(api, project, url):
    StoreFileFactory(vector_store=VectorStoreFactory(project=project))

    assert ids(api.get(url)) == []


@pytest.mark.parametrize("status", Status.values)
def test_files_can_be_filtered_by_status(api, store, url, status):
    by_status = {
        each: StoreFileFactory(vector_store=store, status=each).file.public_id
        for each in Status.values
    }

    assert ids(api.get(url, {"filter": status})) == [by_status[status]]


def test_an_unknown_status_is_refused(api, url):
    message = refused(api.get(url, {"filter": "expired"}), code="invalid_value", param="filter")

    assert message == (
        "Invalid value: 'expired'. Supported values are: "
        "'in_progress', 'completed', 'failed' and 'cancelled'."
    )


def test_a_detached_file_is_not_listed(api, store, url):
    StoreFileFactory(vector_store=store, deleted_at=timezone.now())

    assert ids(api.get(url)) == []


def test_the_files_of_an_expired_store_are_listed(api, store, url):
    found = searchable(store, "Wombats dig.")
    VectorStore.objects.update(expires_at=timezone.now())

    assert ids(api.get(url)) == [found.file.public_id]
