"""DELETE /v1/vector_stores/{vector_store_id}"""

from django.utils import timezone

from tests.factories import FileBatchFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_STORE, ids, ok, refused
from tests.vectorstores.published import searchable


def test_a_deleted_store_is_gone_at_once(api, store):
    url = f"/v1/vector_stores/{store.public_id}"
    batch = FileBatchFactory(vector_store=store)
    found = searchable(store, "Wombats dig.", batch=batch)

    body = ok(api.delete(url))

    assert body == {"id": store.public_id, "object": "vector_store.deleted", "deleted": True}
    gone = f"No vector store found with id '{store.public_id}'."
    for response in (
        api.get(url),
        api.post(url, {"name": "x"}),
        api.delete(url),
        api.get(f"{url}/files"),
        api.get(f"{url}/files/{found.file.public_id}"),
        api.get(f"{url}/file_batches/{batch.public_id}"),
        api.post(f"{url}/search", {"query": "wombats"}),
    ):
        assert refused(response, 404) == gone


def test_the_files_of_a_deleted_store_stay(api, store):
    file = searchable(store, "Wombats dig.").file

    ok(api.delete(f"/v1/vector_stores/{store.public_id}"))

    assert ids(api.get("/v1/files")) == [file.public_id]


def test_other_stores_are_not_deleted(api, project, store):
    other = VectorStoreFactory(project=project)
    found = searchable(other, "Wombats dig.")
    searchable(store, "Wombats dig.", file=found.file)

    ok(api.delete(f"/v1/vector_stores/{store.public_id}"))

    body = ok(api.post(f"/v1/vector_stores/{other.public_id}/search", {"query": "wombats"}))
    assert [hit["file_id"] for hit in body["data"]] == [found.file.public_id]


def test_an_expired_store_can_be_deleted(api, project):
    store = VectorStoreFactory(project=project, expires_at=timezone.now())

    ok(api.delete(f"/v1/vector_stores/{store.public_id}"))

    assert ids(api.get("/v1/vector_stores")) == []


def test_an_unknown_store_cannot_be_deleted(api):
    response = api.delete(f"/v1/vector_stores/{UNKNOWN_STORE}")

    assert refused(response, 404) == f"No vector store found with id '{UNKNOWN_STORE}'."
