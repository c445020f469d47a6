"""DELETE /v1/files/{file_id}"""

from tests.factories import FileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ids, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import File


def test_a_deleted_file_is_gone_at_once(api, project):
    file, other = FileFactory(project=project), FileFactory(project=project)

    body = ok(api.delete(f"/v1/files/{file.public_id}"))

    assert body == {"id": file.public_id, "object": "file", "deleted": True}
    refused(api.get(f"/v1/files/{file.public_id}"), 404, param="id")
    refused(api.get(f"/v1/files/{file.public_id}/content"), 404, param="id")
    assert ids(api.get("/v1/files")) == [other.public_id]


def test_a_deleted_file_is_detached_from_every_store(api, project):
    stores = VectorStoreFactory(project=project), VectorStoreFactory(project=project)
    file = FileFactory(project=project)
    for store in stores:
        searchable(store, "Wombats dig.", file=file)

    ok(api.delete(f"/v1/files/{file.public_id}"))

    for store in stores:
        url = f"/v1/vector_stores/{store.public_id}"
        assert ok(api.get(url))["file_counts"]["total"] == 0
        assert ids(api.get(f"{url}/files")) == []
        assert ok(api.post(f"{url}/search", {"query": "wombats"}))["data"] == []


def test_a_file_cannot_be_deleted_twice(api, project):
    file = FileFactory(project=project)
    ok(api.delete(f"/v1/files/{file.public_id}"))
    deleted_at = File.objects.get().deleted_at

    refused(api.delete(f"/v1/files/{file.public_id}"), 404, param="id")

    assert File.objects.get().deleted_at == deleted_at


def test_an_unknown_file_cannot_be_deleted(api):
    response = api.delete(f"/v1/files/{UNKNOWN_FILE}")

    assert refused(response, 404, param="id") == f"No such File object: {UNKNOWN_FILE}"
