"""The prefixes under which the same API is found."""

from urllib.parse import quote

import pytest

from tests.client import ApiClient
from tests.conftest import client_of
from tests.factories import VectorStoreFactory
from tests.vectorstores.api.answers import ids, ok, refused
from tests.vectorstores.api.uploads import upload

every_prefix = pytest.mark.parametrize(
    "prefix", ["/v1", "/openai/v1", "/openai", "/v1/openai/v1", ""]
)


@every_prefix
def test_a_store_is_made_filled_searched_and_deleted(api, prefix):
    file_id = ok(upload(api))["id"]
    store_id = ok(api.post(f"{prefix}/vector_stores", {"name": "wombats"}))["id"]
    store = f"{prefix}/vector_stores/{store_id}"

    ok(api.post(f"{store}/files", {"file_id": file_id}))

    assert ids(api.get(f"{prefix}/vector_stores")) == [store_id]
    assert ids(api.get(f"{store}/files")) == [file_id]
    ok(api.post(f"{store}/search", {"query": "wombats"}))
    ok(api.delete(store))
    ok(api.delete(f"{prefix}/files/{file_id}"))


@every_prefix
def test_azures_clients_add_a_version_and_send_their_key_in_a_header_of_their_own(project, prefix):
    client_of(project)
    store = VectorStoreFactory(project=project)
    azure = ApiClient(headers={"api-key": f"sk-{project.pk}"})
    version = "api-version=2024-05-01-preview"

    for order in ("asc", "desc"):
        path = f"{prefix}/vector_stores?{version}&order={order}"
        assert ids(azure.get(path)) == [store.public_id]
    assert ok(azure.get(f"{prefix}/vector_stores/{store.public_id}?{version}"))
    assert ids(azure.get(f"{prefix}/files?{version}")) == []
    assert ok(azure.post(f"{prefix}/vector_stores?{version}", {}, format="json"))


@pytest.mark.parametrize("prefix", ["/openai", "/openai/v1"])
@pytest.mark.parametrize("model", ["wombat-embeddings", "BAAI/bge-m3"])
def test_azures_own_client_names_the_model_in_the_address_too(api, settings, prefix, model):
    settings.EMBEDDING_MODEL_ALIASES = [model]
    path = f"{prefix}/deployments/{quote(model, safe='')}/embeddings?api-version=2024-10-21"

    body = ok(api.post(path, {"input": "Wombats dig.", "model": model}))

    assert len(body["data"][0]["embedding"]) == settings.EMBEDDING_DIMENSIONS


@every_prefix
def test_an_unknown_address_is_named_as_it_was_requested(api, prefix):
    assert refused(api.get(f"{prefix}/nothing"), 404) == f"Invalid URL (GET {prefix}/nothing)"


def test_the_admin_keeps_its_own_pages(client, db):
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin").url == "/admin/"
