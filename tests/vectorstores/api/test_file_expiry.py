"""An expired file disappears at once, however late the purge is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileBatchFactory, FileFactory
from tests.vectorstores.api.answers import ids, ok, refused
from tests.vectorstores.published import searchable
from vectorstores import maintenance
from vectorstores.models import Chunk, ChunkEmbedding, File, VectorStore, VectorStoreFile


@pytest.fixture
def expiring(project) -> File:
    return FileFactory(project=project, expires_at=timezone.now() + timedelta(hours=1))


@pytest.fixture
def url(store: VectorStore) -> str:
    return f"/v1/vector_stores/{store.public_id}"


def expire(file: File) -> None:
    File.objects.filter(pk=file.pk).update(expires_at=timezone.now())


def test_a_file_is_found_until_it_expires_and_not_after(api, store, url, expiring):
    searchable(store, "Wombats dig.", file=expiring)
    question = {"query": "wombats"}
    assert ok(api.post(f"{url}/search", question))["data"]

    expire(expiring)

    assert ok(api.post(f"{url}/search", question))["data"] == []


def test_an_expired_file_is_neither_listed_nor_counted(api, store, url, expiring):
    batch = FileBatchFactory(vector_store=store)
    kept = searchable(store, "Puffins fly.", batch=batch).file.public_id
    searchable(store, "Wombats dig.", file=expiring, batch=batch)
    batch_url = f"{url}/file_batches/{batch.public_id}"
    assert ok(api.get(url))["file_counts"]["total"] == 2

    expire(expiring)

    assert ids(api.get("/v1/files")) == [kept]
    assert ids(api.get(f"{url}/files")) == [kept]
    assert ids(api.get(f"{batch_url}/files")) == [kept]
    assert ok(api.get(url))["file_counts"]["total"] == 1
    assert ok(api.get(batch_url))["file_counts"]["total"] == 1
    refused(api.get(f"/v1/files/{expiring.public_id}"), 404, param="id")
    refused(api.get(f"{url}/files/{expiring.public_id}"), 404)
    refused(api.get(f"{url}/files/{expiring.public_id}/content"), 404)


def test_an_expired_file_cannot_be_attached(api, url, expiring):
    expire(expiring)

    response = api.post(f"{url}/files", {"file_id": expiring.public_id})

    assert refused(response, 404, param="file_id") == (
        f"No file found with id '{expiring.public_id}'."
    )


def test_the_purge_removes_all_chunks_of_an_expired_file(store, expiring):
    searchable(store, "Wombats dig.", file=expiring)
    expire(expiring)

    hour = timedelta(hours=1)
    for later in (0 * hour, hour):
        maintenance.purge(timezone.now() + later, tombstone_age=hour)

    for model in (File, VectorStoreFile, Chunk, ChunkEmbedding):
        assert not model.objects.exists(), model
