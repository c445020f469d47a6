"""DELETE /v1/vector_stores/{vector_store_id}/files/{file_id}"""

from tests.factories import VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ids, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import VectorStore


def address(store: VectorStore, file_id: str = "") -> str:
    return f"/v1/vector_stores/{store.public_id}/files/{file_id}".rstrip("/")


def found_in(api, store: VectorStore) -> list[str]:
    body = ok(api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "wombats"}))
    return [hit["file_id"] for hit in body["data"]]


def test_a_detached_file_is_gone_from_its_store_at_once(api, store):
    found = searchable(store, "Wombats dig.")
    file_id = found.file.public_id

    body = ok(api.delete(address(store, file_id)))

    assert body == {"id": file_id, "object": "vector_store.file.deleted", "deleted": True}
    assert found_in(api, store) == []
    assert ids(api.get(address(store))) == []
    refused(api.get(address(store, file_id)), 404)
    refused(api.get(f"{address(store, file_id)}/content"), 404)
    shown = ok(api.get(f"/v1/vector_stores/{store.public_id}"))
    assert (shown["file_counts"]["total"], shown["usage_bytes"]) == (0, 0)


def test_the_file_stays_and_remains_in_other_stores(api, project, store):
    found = searchable(store, "Wombats dig.")
    other = VectorStoreFactory(project=project)
    searchable(other, "Wombats dig.", file=found.file)

    ok(api.delete(address(store, found.file.public_id)))

    assert ids(api.get("/v1/files")) == [found.file.public_id]
    assert found_in(api, other) == [found.file.public_id]


def test_a_file_cannot_be_detached_twice(api, store):
    file_id = searchable(store, "Wombats dig.").file.public_id
    ok(api.delete(address(store, file_id)))

    assert refused(api.delete(address(store, file_id)), 404) == (
        f"No file found with id '{file_id}' in vector store '{store.public_id}'."
    )


def test_a_file_that_is_not_in_the_store_is_named(api, store):
    assert refused(api.delete(address(store, UNKNOWN_FILE)), 404) == (
        f"No file found with id '{UNKNOWN_FILE}' in vector store '{store.public_id}'."
    )
