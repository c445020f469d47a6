"""POST /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileBatchFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_BATCH, ok, refused
from tests.vectorstores.claims import claim
from tests.vectorstores.published import publish, searchable
from vectorstores.models import Chunk, FileBatch, Status, VectorStoreFile


@pytest.fixture
def batch(store) -> FileBatch:
    return FileBatchFactory(vector_store=store)


@pytest.fixture
def url(store, batch) -> str:
    return f"/v1/vector_stores/{store.public_id}/file_batches/{batch.public_id}/cancel"


def test_files_in_progress_are_cancelled(api, store, batch, url):
    StoreFileFactory(vector_store=store, batch=batch)
    StoreFileFactory(vector_store=store, batch=batch, status="failed")
    done = searchable(store, "Wombats dig.", batch=batch)
    beside = StoreFileFactory(vector_store=store)

    response = api.post(url)

    assert ok(response) == {
        "id": batch.public_id,
        "object": "vector_store.files_batch",
        "created_at": int(batch.created_at.timestamp()),
        "vector_store_id": store.public_id,
        "status": "cancelled",
        "file_counts": {
            "in_progress": 0,
            "completed": 1,
            "failed": 1,
            "cancelled": 1,
            "total": 3,
        },
        "progress": {
            "files_done": 3,
            "files_total": 3,
            "files_per_second": response.json()["progress"]["files_per_second"],
            "estimated_completion_at": None,
        },
    }
    done.refresh_from_db()
    beside.refresh_from_db()
    assert (done.status, beside.status) == (Status.COMPLETED, Status.IN_PROGRESS)
    assert ok(api.get(url.removesuffix("/cancel"))) == response.json()


def test_a_worker_publishes_nothing_after_its_file_was_cancelled(api, store, batch, url):
    store_file = StoreFileFactory(vector_store=store, batch=batch)
    assert claim(store_file, timezone.now(), timedelta(minutes=1))

    ok(api.post(url))

    assert not publish(store_file, "Wombats dig.")
    assert not Chunk.objects.exists()
    assert VectorStoreFile.objects.get().status == Status.CANCELLED


def test_a_finished_batch_does_not_change(api, store, batch, url):
    searchable(store, "Wombats dig.", batch=batch)
    before = ok(api.get(url.removesuffix("/cancel")))

    assert ok(api.post(url)) == before
    assert before["status"] == "completed"


def test_cancelling_twice_gives_the_same_answer(api, store, batch, url):
    StoreFileFactory(vector_store=store, batch=batch)

    assert ok(api.post(url)) == ok(api.post(url))


def test_cancelling_accepts_no_parameters(api, store, batch, url):
    StoreFileFactory(vector_store=store, batch=batch)

    refused(api.post(url, {"now": True}), code="unknown_parameter", param="now")

    assert VectorStoreFile.objects.get().status == Status.IN_PROGRESS


def test_an_unknown_batch_is_named(api, store):
    url = f"/v1/vector_stores/{store.public_id}/file_batches/{UNKNOWN_BATCH}/cancel"

    assert refused(api.post(url), 404) == (
        f"No vector store file batch found with id '{UNKNOWN_BATCH}'."
    )


def test_a_batch_of_another_store_is_not_cancelled(api, project, store, batch):
    StoreFileFactory(vector_store=store, batch=batch)
    other = VectorStoreFactory(project=project)

    refused(
        api.post(f"/v1/vector_stores/{other.public_id}/file_batches/{batch.public_id}/cancel"), 404
    )

    assert VectorStoreFile.objects.get().status == Status.IN_PROGRESS
