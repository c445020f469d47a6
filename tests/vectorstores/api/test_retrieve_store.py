"""GET /v1/vector_stores/{vector_store_id}"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_STORE, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import Status, VectorStore


def test_a_store_is_returned(api, project):
    store = VectorStoreFactory(project=project, name="notes", metadata={"a": "b"})
    found = searchable(store, "Wombats dig.")

    body = ok(api.get(f"/v1/vector_stores/{store.public_id}"))

    assert body == {
        "id": store.public_id,
        "object": "vector_store",
        "created_at": int(store.created_at.timestamp()),
        "name": "notes",
        "description": None,
        "usage_bytes": found.usage_bytes,
        "file_counts": {
            "in_progress": 0,
            "completed": 1,
            "failed": 0,
            "cancelled": 0,
            "total": 1,
        },
        "status": "completed",
        "expires_at": None,
        "last_active_at": int(store.last_active_at.timestamp()),
        "metadata": {"a": "b"},
        "embedding_model": "hashing",
    }


def test_files_are_counted_by_their_status(api, store):
    for status, number in zip(Status.values, (4, 3, 2, 1), strict=True):
        StoreFileFactory.create_batch(number, vector_store=store, status=status)
    StoreFileFactory(vector_store=store, deleted_at=timezone.now())

    body = ok(api.get(f"/v1/vector_stores/{store.public_id}"))

    assert body["file_counts"] == {
        "in_progress": 4,
        "completed": 3,
        "failed": 2,
        "cancelled": 1,
        "total": 10,
    }


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([], "completed"),
        (["completed", "in_progress"], "in_progress"),
        (["failed", "failed"], "completed"),
        (["cancelled", "completed"], "completed"),
    ],
)
def test_a_store_is_in_progress_while_a_file_is(api, store, files, status):
    for file_status in files:
        StoreFileFactory(vector_store=store, status=file_status)

    assert ok(api.get(f"/v1/vector_stores/{store.public_id}"))["status"] == status


def test_usage_counts_text_and_embeddings_of_searchable_files(api, store):
    searchable(store, "Wombats dig.", "日本")
    searchable(store, "Puffins fly.")
    StoreFileFactory(vector_store=store, status=Status.FAILED, usage_bytes=999)

    body = ok(api.get(f"/v1/vector_stores/{store.public_id}"))

    embeddings = 3 * 256 * 2  # at two bytes per dimension
    assert body["usage_bytes"] == 12 + 6 + 12 + embeddings


def test_retrieving_a_store_does_not_count_as_activity(api, project):
    before = timezone.now() - timedelta(days=1)
    store = VectorStoreFactory(project=project, last_active_at=before)

    ok(api.get(f"/v1/vector_stores/{store.public_id}"))

    assert VectorStore.objects.get().last_active_at == before


def test_a_store_expires_when_its_time_is_up(api, project):
    store = VectorStoreFactory(
        project=project, expires_after_days=1, expires_at=timezone.now() + timedelta(minutes=1)
    )
    url = f"/v1/vector_stores/{store.public_id}"
    assert ok(api.get(url))["status"] == "completed"

    VectorStore.objects.update(expires_at=timezone.now())

    assert ok(api.get(url))["status"] == "expired"


def test_an_unknown_store_is_named(api):
    response = api.get(f"/v1/vector_stores/{UNKNOWN_STORE}")

    assert refused(response, 404) == f"No vector store found with id '{UNKNOWN_STORE}'."


def test_an_id_of_another_kind_of_object_is_refused(api):
    response = api.get("/v1/vector_stores/file-123")

    message = refused(response, code="invalid_value", param="vector_store_id")

    assert message == (
        "Invalid 'vector_store_id': 'file-123'. Expected an ID that begins with 'vs_'."
    )
