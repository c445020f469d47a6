"""An expired store loses its contents at once, however late the purge is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileFactory
from tests.vectorstores.api.answers import ids, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import VectorStore, VectorStoreFile


@pytest.fixture
def found(store) -> VectorStoreFile:
    return searchable(store, "Wombats dig.", attributes={"kept": True})


@pytest.fixture
def url(store, found) -> str:
    VectorStore.objects.update(
        expires_after_days=1, expires_at=timezone.now() + timedelta(minutes=1)
    )
    return f"/v1/vector_stores/{store.public_id}"


def expire() -> None:
    VectorStore.objects.update(expires_at=timezone.now())


def test_an_expired_store_is_returned_as_expired_without_usage(api, url):
    before = ok(api.get(url))
    assert (before["status"], before["usage_bytes"] > 0) == ("completed", True)

    expire()

    after = ok(api.get(url))
    assert (after["status"], after["usage_bytes"]) == ("expired", 0)
    assert after["file_counts"] == before["file_counts"]


def test_the_files_of_an_expired_store_are_listed_without_text(api, found, url):
    file = f"{url}/files/{found.file.public_id}"
    assert ok(api.get(f"{file}/content"))["data"]

    expire()

    assert ids(api.get(f"{url}/files")) == [found.file.public_id]
    assert ok(api.get(file))["usage_bytes"] == 0
    assert ok(api.get(f"{file}/content"))["data"] == []


def test_an_expired_store_cannot_be_searched_filled_or_changed(api, project, store, found, url):
    file_id = FileFactory(project=project).public_id
    expire()

    for path, body in (
        ("", {"name": "new"}),
        ("/search", {"query": "wombats"}),
        ("/files", {"file_id": file_id}),
        ("/file_batches", {"file_ids": [file_id]}),
        (f"/files/{found.file.public_id}", {"attributes": {}}),
    ):
        message = refused(api.post(url + path, body))
        assert message == f"Vector store '{store.public_id}' has expired", path
    assert VectorStoreFile.objects.get().attributes == {"kept": True}


def test_an_expired_store_can_be_emptied_and_deleted(api, found, url):
    expire()

    ok(api.delete(f"{url}/files/{found.file.public_id}"))
    ok(api.delete(url))
