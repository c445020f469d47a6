"""POST /v1/vector_stores/{vector_store_id}/files/{file_id}"""

import pytest

from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import VectorStoreFile


@pytest.fixture
def found(store) -> VectorStoreFile:
    return searchable(store, "Wombats dig.", attributes={"old": 1, "both": "old"})


@pytest.fixture
def url(store, found) -> str:
    return f"/v1/vector_stores/{store.public_id}/files/{found.file.public_id}"


def test_attributes_are_replaced_as_a_whole(api, url):
    before = ok(api.get(url))

    body = ok(api.post(url, {"attributes": {"both": "new", "n": 2}}))

    assert body == {**before, "attributes": {"both": "new", "n": 2}}
    assert ok(api.get(url)) == body


@pytest.mark.parametrize("nothing", [None, {}])
def test_null_and_an_empty_object_remove_all_attributes(api, url, nothing):
    assert ok(api.post(url, {"attributes": nothing}))["attributes"] == {}


def test_a_search_filters_by_the_new_attributes_at_once(api, store, url):
    ok(api.post(url, {"attributes": {"year": 2026}}))

    hits = api.post(
        f"/v1/vector_stores/{store.public_id}/search",
        {"query": "wombats", "filters": {"type": "eq", "key": "year", "value": 2026}},
    )

    assert [hit["attributes"] for hit in ok(hits)["data"]] == [{"year": 2026}]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "missing_required_parameter", "attributes"),
        ({"attributes": "x"}, "invalid_type", "attributes"),
        ({"attributes": {"k": [1]}}, "invalid_type", "attributes.k"),
        ({"attributes": {}, "status": "completed"}, "unknown_parameter", "status"),
        ({"attributes": {}, "chunking_strategy": None}, "unknown_parameter", "chunking_strategy"),
    ],
)
def test_an_invalid_body_changes_nothing(api, found, url, body, code, param):
    refused(api.post(url, body), code=code, param=param)

    assert VectorStoreFile.objects.get().attributes == found.attributes


def test_a_file_that_is_not_in_the_store_is_named(api, store):
    url = f"/v1/vector_stores/{store.public_id}/files/{UNKNOWN_FILE}"

    assert refused(api.post(url, {"attributes": {}}), 404) == (
        f"No file found with id '{UNKNOWN_FILE}' in vector store '{store.public_id}'."
    )
