"""GET /v1/vector_stores/{vector_store_id}/files/{file_id}"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import Status


@pytest.fixture
def url(store) -> str:
    return f"/v1/vector_stores/{store.public_id}/files"


def test_a_file_is_returned(api, store, url):
    found = searchable(
        store,
        "Wombats dig.",
        attributes={"a": 1},
        max_chunk_size_tokens=200,
        chunk_overlap_tokens=20,
    )

    response = api.get(f"{url}/{found.file.public_id}")

    assert ok(response) == {
        "id": found.file.public_id,
        "object": "vector_store.file",
        "usage_bytes": len("Wombats dig.") + 256 * 2,
        "created_at": int(found.created_at.timestamp()),
        "vector_store_id": store.public_id,
        "status": "completed",
        "last_error": None,
        "chunking_strategy": {
            "type": "static",
            "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 20},
        },
        "attributes": {"a": 1},
        "filename": found.file.filename,
        "progress": {"stage": "completed", "chunks_done": 1, "chunks_total": 1},
        "warnings": [],
    }
    assert response["openai-poll-after-ms"] == "50"


def test_a_completed_file_says_what_was_not_read(api, store, url):
    warnings = [{"code": "pages_not_read", "message": "1 of 2 pages holds a picture"}]
    found = searchable(store, "Wombats dig.", warnings=warnings)

    assert ok(api.get(f"{url}/{found.file.public_id}"))["warnings"] == warnings


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.FAILED, Status.CANCELLED])
def test_a_file_attached_again_forgets_what_was_not_read_before(api, store, url, status):
    warnings = [{"code": "pages_not_read", "message": "1 of 2 pages holds a picture"}]
    found = StoreFileFactory(vector_store=store, status=status, warnings=warnings)

    assert ok(api.get(f"{url}/{found.file.public_id}"))["warnings"] == []


def test_a_file_in_progress_shows_its_progress(api, store, url):
    now = timezone.now()
    claimed_at, due_at = now - timedelta(seconds=100), now + timedelta(seconds=60)
    stage = {"stage": "embedding", "chunks_done": 30, "chunks_total": 40}
    file = StoreFileFactory(vector_store=store, claimed_at=claimed_at, due_at=due_at, **stage).file

    response = api.get(f"{url}/{file.public_id}")

    assert ok(response)["status"] == "in_progress"
    assert response.json()["progress"] == stage
    assert 3300 <= int(response["openai-poll-after-ms"]) <= 5000  # a tenth of 33 s or slightly more


@pytest.mark.parametrize("code", ["unsupported_file", "invalid_file", "server_error"])
def test_a_failed_file_shows_its_error(api, store, url, code):
    failed = StoreFileFactory(vector_store=store)
    assert failed.fail(timezone.now(), code=code, message="Because.")

    body = ok(api.get(f"{url}/{failed.file.public_id}"))

    assert (body["status"], body["usage_bytes"]) == ("failed", 0)
    assert body["last_error"] == {"code": code, "message": "Because."}


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.FAILED, Status.CANCELLED])
def test_a_file_that_is_not_searchable_has_no_usage(api, store, url, status):
    file = StoreFileFactory(vector_store=store, status=status, usage_bytes=999).file

    assert ok(api.get(f"{url}/{file.public_id}"))["usage_bytes"] == 0


def test_a_file_that_is_not_in_the_store_is_named(api, project, store, url):
    elsewhere = StoreFileFactory(vector_store=VectorStoreFactory(project=project)).file
    nowhere = FileFactory(project=project)
    detached = StoreFileFactory(vector_store=store, deleted_at=timezone.now()).file

    for file_id in (elsewhere.public_id, nowhere.public_id, detached.public_id, UNKNOWN_FILE):
        assert refused(api.get(f"{url}/{file_id}"), 404) == (
            f"No file found with id '{file_id}' in vector store '{store.public_id}'."
        )


def test_an_id_of_another_kind_of_object_is_refused(api, store, url):
    message = refused(api.get(f"{url}/{store.public_id}"), code="invalid_value", param="file_id")

    assert message == (
        f"Invalid 'file_id': '{store.public_id}'. Expected an ID that begins with 'file-'."
    )
