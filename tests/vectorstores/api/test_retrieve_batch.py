"""GET /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileBatchFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_BATCH, ok, refused
from vectorstores.models import FileBatch, VectorStoreFile


@pytest.fixture
def batch(store) -> FileBatch:
    return FileBatchFactory(vector_store=store)


@pytest.fixture
def url(store, batch) -> str:
    return f"/v1/vector_stores/{store.public_id}/file_batches/{batch.public_id}"


def test_a_batch_is_returned(api, store, batch, url):
    StoreFileFactory(vector_store=store, batch=batch, status="completed")
    StoreFileFactory(vector_store=store, batch=batch, status="in_progress")
    StoreFileFactory(vector_store=store)

    response = api.get(url)

    assert ok(response) == {
        "id": batch.public_id,
        "object": "vector_store.files_batch",
        "created_at": int(batch.created_at.timestamp()),
        "vector_store_id": store.public_id,
        "status": "in_progress",
        "file_counts": {
            "in_progress": 1,
            "completed": 1,
            "failed": 0,
            "cancelled": 0,
            "total": 2,
        },
        "progress": {
            "files_done": 1,
            "files_total": 2,
            "files_per_second": None,
            "estimated_completion_at": None,
        },
    }
    assert response["openai-poll-after-ms"] == "50"


def test_a_batch_reports_its_rate_and_estimated_completion(api, store, url, batch):
    now = timezone.now()
    FileBatch.objects.update(created_at=now - timedelta(seconds=200))
    StoreFileFactory.create_batch(
        4, vector_store=store, batch=batch, status="completed", settled_at=now
    )
    StoreFileFactory(vector_store=store, batch=batch)

    response = api.get(url)

    progress = ok(response)["progress"]
    assert (progress["files_done"], progress["files_total"]) == (4, 5)
    assert progress["files_per_second"] == pytest.approx(
        4 / 200, rel=0.2
    )  # since the test takes time itself
    left = progress["estimated_completion_at"] - now.timestamp()
    assert left == pytest.approx(50, rel=0.2)
    assert response["openai-poll-after-ms"] == "5000"


def test_a_finished_batch_keeps_its_rate(api, store, batch, url):
    StoreFileFactory.create_batch(
        6,
        vector_store=store,
        batch=batch,
        status="completed",
        settled_at=batch.created_at + timedelta(seconds=4),
    )

    assert ok(api.get(url))["progress"] == {
        "files_done": 6,
        "files_total": 6,
        "files_per_second": 1.5,
        "estimated_completion_at": None,
    }


def test_an_operator_can_choose_the_other_object_name_of_a_batch(api, settings, url):
    settings.BATCH_OBJECT = "vector_store.file_batch"

    assert ok(api.get(url))["object"] == "vector_store.file_batch"


@pytest.mark.parametrize(
    ("files", "status"),
    [
        (["in_progress", "failed"], "in_progress"),
        (["in_progress", "cancelled"], "in_progress"),
        (["completed", "completed"], "completed"),
        (["completed", "failed"], "completed"),
        (["failed", "failed"], "failed"),
        (["cancelled", "completed"], "cancelled"),
        (["cancelled", "failed"], "cancelled"),
        ([], "completed"),
    ],
)
def test_the_status_of_a_batch_follows_from_its_files(api, store, batch, url, files, status):
    for file_status in files:
        StoreFileFactory(vector_store=store, batch=batch, status=file_status)

    assert ok(api.get(url))["status"] == status


def test_a_detached_file_no_longer_counts(api, store, batch, url):
    StoreFileFactory(vector_store=store, batch=batch)
    VectorStoreFile.objects.all().remove(timezone.now())

    body = ok(api.get(url))

    assert (body["status"], body["file_counts"]["total"]) == ("completed", 0)


def test_a_batch_of_another_store_is_not_found(api, project, batch):
    other = VectorStoreFactory(project=project)
    url = f"/v1/vector_stores/{other.public_id}/file_batches/{batch.public_id}"

    assert refused(api.get(url), 404) == (
        f"No vector store file batch found with id '{batch.public_id}'."
    )


def test_an_unknown_batch_is_named(api, store):
    url = f"/v1/vector_stores/{store.public_id}/file_batches/{UNKNOWN_BATCH}"

    assert refused(api.get(url), 404) == (
        f"No vector store file batch found with id '{UNKNOWN_BATCH}'."
    )


def test_an_id_of_another_kind_of_object_is_refused(api, store):
    url = f"/v1/vector_stores/{store.public_id}/file_batches/{store.public_id}"

    message = refused(api.get(url), code="invalid_value", param="batch_id")

    assert message == (
        f"Invalid 'batch_id': '{store.public_id}'. Expected an ID that begins with 'vsfb_'."
    )
