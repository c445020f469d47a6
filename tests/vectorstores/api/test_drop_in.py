"""Behaviour that clients written for OpenAI rely on and that a server easily breaks.

Each behaviour is tested in detail in a file of its own. Here each has one test, from a client's
point of view. Tests that need a client library are in tests/contract.
"""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ids, ok, refused
from tests.vectorstores.api.uploads import field, file_part, post_form, upload
from tests.vectorstores.claims import claim
from tests.vectorstores.published import publish, searchable
from vectorstores.models import Status, VectorStore, VectorStoreFile


@pytest.fixture
def url(store) -> str:
    return f"/v1/vector_stores/{store.public_id}"


def test_urls_have_no_trailing_slash_and_nothing_redirects(api):
    assert api.post("/v1/vector_stores", {}).status_code == 200
    assert api.post("/v1/vector_stores/", {}).status_code == 404


def test_every_error_has_the_envelope_including_djangos_own(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    refused(api.generic("POST", "/v1/vector_stores", b"{", content_type="application/json"), 400)
    refused(api.get("/v1/nothing"), 404)
    refused(api.put("/v1/files"), 405, code="method_not_supported")
    refused(api.post("/v1/vector_stores", {"name": "x" * 1000}), 413, code="request_too_large")
    refused(api.post("/v1/files", {}, format="json"), 415)


def test_an_update_is_a_post_to_the_url_of_the_item(api, store, url):
    file_id = searchable(store, "Wombats dig.").file.public_id

    assert ok(api.post(url, {"name": "renamed"}))["name"] == "renamed"
    assert ok(api.post(f"{url}/files/{file_id}", {"attributes": {"a": 1}}))["attributes"]
    refused(api.patch(url, {"name": "x"}), 405, code="method_not_supported")


def test_a_client_that_ignores_has_more_reaches_an_empty_page(api, project):
    # Clients before 2025 page until they get an empty page.
    made = {store.public_id for store in VectorStoreFactory.create_batch(3, project=project)}
    seen: list[str] = []
    while page := ids(api.get("/v1/vector_stores", {"after": seen[-1]} if seen else {})):
        seen += page

    assert set(seen) == made


def test_every_optional_parameter_can_be_null(api, project, url):
    # Because some gateways send every parameter they know.
    file_id = FileFactory(project=project).public_id
    nothing = {"name": None, "file_ids": None, "expires_after": None, "chunking_strategy": None}

    ok(api.post("/v1/vector_stores", {**nothing, "metadata": None, "description": None}))
    ok(api.post(url, {"name": None, "expires_after": None, "metadata": None}))
    ok(
        api.post(
            f"{url}/files",
            {"file_id": file_id, "attributes": None, "chunking_strategy": None},
        )
    )
    ok(
        api.post(
            f"{url}/file_batches",
            {
                "file_ids": [file_id],
                "files": None,
                "attributes": None,
                "chunking_strategy": None,
            },
        )
    )
    ok(
        api.post(
            f"{url}/search",
            {
                "query": "hello",
                "filters": None,
                "max_num_results": None,
                "ranking_options": None,
                "rewrite_query": None,
            },
        )
    )
    ok(
        api.post(
            f"{url}/search",
            {"query": "hello", "ranking_options": {"ranker": None, "score_threshold": None}},
        )
    )


def test_a_file_in_a_store_has_the_id_of_the_file(api, project, url):
    file_id = FileFactory(project=project).public_id

    assert ok(api.post(f"{url}/files", {"file_id": file_id}))["id"] == file_id


def test_new_objects_can_be_read_at_once(api):
    file_id = ok(upload(api))["id"]
    store_id = ok(api.post("/v1/vector_stores", {}))["id"]
    url = f"/v1/vector_stores/{store_id}"
    ok(api.post(f"{url}/files", {"file_id": file_id}))
    batch_id = ok(api.post(f"{url}/file_batches", {"file_ids": [file_id]}))["id"]

    for path in (f"/v1/files/{file_id}", url, f"{url}/files/{file_id}"):
        ok(api.get(path))
    ok(api.get(f"{url}/file_batches/{batch_id}"))
    assert ids(api.get(f"{url}/files")) == [file_id]


def test_counts_and_status_of_a_batch_never_disagree(api, project, store, url):
    # Because some clients wait for the count in progress to be 0, and others for the status.
    file_ids = [file.public_id for file in FileFactory.create_batch(3, project=project)]
    batch = ok(api.post(f"{url}/file_batches", {"file_ids": file_ids}))
    assert batch["file_counts"]["in_progress"] == batch["file_counts"]["total"] == 3

    for left, store_file in zip((2, 1, 0), VectorStoreFile.objects.order_by("pk"), strict=True):
        assert batch["status"] == "in_progress"
        assert claim(store_file, timezone.now(), timedelta(minutes=1))
        assert publish(store_file, "Wombats dig.")
        batch = ok(api.get(f"{url}/file_batches/{batch['id']}"))
        assert batch["file_counts"]["in_progress"] == left
        assert batch["file_counts"]["completed"] == 3 - left

    assert batch["status"] == "completed"


def test_every_status_is_one_that_clients_know(api, store, url):
    for status in Status.values:
        StoreFileFactory(vector_store=store, status=status)

    statuses = {file["status"] for file in ok(api.get(f"{url}/files"))["data"]}

    assert statuses == {"in_progress", "completed", "failed", "cancelled"}


def test_the_poll_interval_is_an_integer(api, store, url):
    file_id = StoreFileFactory(vector_store=store).file.public_id
    attach = api.post(f"{url}/files", {"file_id": file_id})
    batch = api.post(f"{url}/file_batches", {"file_ids": [file_id]})

    for response in (
        attach,
        batch,
        api.get(f"{url}/files/{file_id}"),
        api.get(f"{url}/file_batches/{batch.json()['id']}"),
    ):
        assert int(response["openai-poll-after-ms"]) > 0


def test_no_repeated_request_is_answered_with_a_conflict(api, project, store, url):
    # Because clients repeat a request that was answered with 409.
    file_id = FileFactory(project=project).public_id
    batch_id = ok(api.post(f"{url}/file_batches", {"file_ids": [file_id]}))["id"]

    answers = [
        call().status_code
        for call in (
            lambda: api.post(f"{url}/files", {"file_id": file_id}),
            lambda: api.post(f"{url}/file_batches/{batch_id}/cancel"),
            lambda: api.delete(f"{url}/files/{file_id}"),
            lambda: api.delete(f"/v1/files/{file_id}"),
            lambda: api.delete(url),
        )
        for _ in range(2)
    ]

    assert answers == [200, 200, 200, 200, 200, 404, 200, 404, 200, 404]


def test_a_repeated_create_attaches_nothing_twice(api, project, url):
    # Because clients repeat a POST whose answer was lost, without an idempotency key.
    body = {"file_id": FileFactory(project=project).public_id}

    for attempt in ("0", "1"):
        ok(api.post(f"{url}/files", body, headers={"x-stainless-retry-count": attempt}))

    assert VectorStoreFile.objects.count() == 1
    assert ok(api.get(url))["file_counts"]["total"] == 1


@pytest.mark.parametrize("file_first", [False, True], ids=["fields first", "file first"])
def test_bracketed_expiry_fields_are_read_before_and_after_the_file(api, file_first):
    fields = [
        field("purpose", "assistants"),
        field("expires_after[anchor]", "created_at"),
        field("expires_after[seconds]", "3600"),
    ]
    file = file_part(b"Wombats dig.", "notes.txt")

    body = ok(post_form(api, *([file, *fields] if file_first else [*fields, file])))

    assert body["expires_at"] == body["created_at"] + 3600


def test_a_request_without_a_body_can_be_labelled_as_json(api, store, url):
    batch = ok(
        api.post(
            f"{url}/file_batches",
            {"file_ids": [StoreFileFactory(vector_store=store).file.public_id]},
        )
    )

    for method, path in (
        ("GET", url),
        ("POST", f"{url}/file_batches/{batch['id']}/cancel"),
        ("DELETE", url),
    ):
        ok(api.generic(method, path, b"", content_type="application/json"))


def test_a_file_without_a_name_or_type_is_accepted(api):
    # As the Python SDK sends bytes in memory.
    part = file_part(b"Wombats dig.", "upload", "application/octet-stream")

    body = ok(post_form(api, field("purpose", "assistants"), part))

    assert (body["filename"], body["bytes"]) == ("upload", 12)


def test_a_body_can_have_18_megabytes(api, url):
    # 2,000 files, each with 16 attributes whose keys and values have the maximum length.
    attributes = {f"{number:064}": "v" * 512 for number in range(16)}
    file = json.dumps({"file_id": UNKNOWN_FILE, "attributes": attributes})
    body = f'{{"files": [{", ".join([file] * 2000)}]}}'.encode()

    response = api.generic("POST", f"{url}/file_batches", body, content_type="application/json")

    assert len(body) > 18_000_000
    refused(response, 404, param="file_id")  # so the whole body was read


def test_true_is_not_a_number_and_integers_stay_integers(api, project, url):
    refused(
        api.post(f"{url}/search", {"query": "x", "max_num_results": True}),
        code="invalid_type",
        param="max_num_results",
    )
    body = {"file_id": FileFactory(project=project).public_id, "attributes": {"a": 2026, "b": True}}

    response = api.post(f"{url}/files", body)

    assert b'"attributes":{"a":2026,"b":true}' in response.content


@pytest.mark.parametrize("strategy", [None, {"type": "auto"}])
def test_default_chunking_is_returned_as_static(api, project, url, strategy):
    body = {"file_id": FileFactory(project=project).public_id, "chunking_strategy": strategy}

    assert ok(api.post(f"{url}/files", body))["chunking_strategy"] == {
        "type": "static",
        "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400},
    }


@pytest.mark.parametrize("beta", [None, "assistants=v1", "assistants=v2"])
def test_the_beta_header_is_accepted_and_not_required(api, beta):
    headers = {"OpenAI-Beta": beta} if beta else {}

    ok(api.post("/v1/vector_stores", {"name": "x"}, headers=headers))

    assert VectorStore.objects.count() == 1
