"""OpenAI's errors, exactly as its own server was seen to send them, because clients compare them.

Numbers that depend on the server are ours. docs/api.md lists the errors of OpenAI that cannot occur
here.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.client import ApiClient
from tests.factories import FileFactory, VectorStoreFactory
from tests.live import free_port
from tests.vectorstores.api.answers import UNKNOWN_BATCH, UNKNOWN_FILE, UNKNOWN_STORE
from tests.vectorstores.api.uploads import upload

WRONG = "invalid_request_error"
NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with "
    "blank username) if you're accessing the API from your browser and are prompted for a "
    "username and password. You can obtain an API key from "
    "/v1/docs."
)
WRONG_KEY = "Incorrect API key provided: user_pro*ided. You can find your API key at /v1/docs."
NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
    "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was "
    "not valid JSON. If you have trouble figuring out how to fix this, please contact us through "
    "our help center at /v1/docs.)"
)
UNSUPPORTED = "Files with extensions [.mp4] are not supported for retrieval. See /v1/docs"


def error(response: Any) -> tuple[int, dict[str, str | None]]:
    assert response["content-type"] == "application/json"
    return response.status_code, response.json()["error"]


def error_of(
    status: int,
    message: str,
    type_: str = WRONG,
    *,
    param: str | None = None,
    code: str | None = None,
) -> tuple[int, dict[str, str | None]]:
    return status, {"message": message, "type": type_, "param": param, "code": code}


@dataclass(frozen=True)
class Row:
    """A request, in which {store} stands for the id of a store, and the expected error."""

    name: str
    request: str
    error: tuple[int, dict[str, str | None]]
    body: Any = field(default_factory=dict)


ROWS = [
    Row(
        "unknown store",
        f"GET /v1/vector_stores/{UNKNOWN_STORE}",
        error_of(404, f"No vector store found with id '{UNKNOWN_STORE}'."),
    ),
    Row(
        "file not attached",
        f"GET /v1/vector_stores/{{store}}/files/{UNKNOWN_FILE}",
        error_of(404, f"No file found with id '{UNKNOWN_FILE}' in vector store '{{store}}'."),
    ),
    Row(
        "unknown file",
        f"GET /v1/files/{UNKNOWN_FILE}",
        error_of(404, f"No such File object: {UNKNOWN_FILE}", param="id"),
    ),
    Row(
        "unknown file to delete",
        f"DELETE /v1/files/{UNKNOWN_FILE}",
        error_of(404, f"No such File object: {UNKNOWN_FILE}", param="id"),
    ),
    Row("unknown route", "GET /v1/xyz", error_of(404, "Invalid URL (GET /v1/xyz)")),
    Row(
        "id with wrong prefix",
        "GET /v1/vector_stores/{store}/file_batches/{store}",
        error_of(
            400,
            "Invalid 'batch_id': '{store}'. Expected an ID that begins with 'vsfb_'.",
            param="batch_id",
            code="invalid_value",
        ),
    ),
    Row(
        "array too long",
        "POST /v1/vector_stores",
        error_of(
            400,
            "Invalid 'file_ids': array too long. Expected an array with maximum length 500, but "
            "got an array with length 1084 instead.",
            param="file_ids",
            code="array_above_max_length",
        ),
        {"file_ids": [UNKNOWN_FILE] * 1084},
    ),
    Row(
        "too many metadata",
        "POST /v1/vector_stores",
        error_of(
            400,
            "Invalid 'metadata': too many properties. Expected an object with at most 16 "
            "properties, but got an object with 17 properties instead.",
            param="metadata",
            code="object_above_max_properties",
        ),
        {"metadata": {f"key {number}": "v" for number in range(17)}},
    ),
    Row(
        "string too long",
        "POST /v1/vector_stores",
        error_of(
            400,
            "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, "
            "but got a string with length 600 instead.",
            param="metadata.k",
            code="string_above_max_length",
        ),
        {"metadata": {"k": "v" * 600}},
    ),
    Row(
        "int out of range",
        "GET /v1/vector_stores?limit=101",
        error_of(
            400,
            "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 "
            "instead.",
            param="limit",
            code="integer_above_max_value",
        ),
    ),
    Row(
        "int out of range, below",
        "GET /v1/vector_stores?limit=-1",
        error_of(
            400,
            "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got -1 "
            "instead.",
            param="limit",
            code="integer_below_min_value",
        ),
    ),
    Row(
        "float out of range",
        "POST /v1/vector_stores/{store}/search",
        error_of(
            400,
            "Invalid 'ranking_options.score_threshold': decimal above maximum value. Expected a "
            "value <= 1, but got 2 instead.",
            param="ranking_options.score_threshold",
            code="decimal_above_max_value",
        ),
        {"query": "wombats", "ranking_options": {"score_threshold": 2}},
    ),
    Row(
        "wrong type",
        "POST /v1/vector_stores",
        error_of(
            400,
            "Invalid type for 'name': expected a string, but got an integer instead.",
            param="name",
            code="invalid_type",
        ),
        {"name": 5},
    ),
    Row(
        "unknown body key",
        "POST /v1/vector_stores",
        error_of(
            400,
            "Unknown parameter: 'response_format'.",
            param="response_format",
            code="unknown_parameter",
        ),
        {"response_format": {}},
    ),
    Row(
        "missing key",
        "POST /v1/vector_stores/{store}/file_batches",
        error_of(
            400,
            "Missing required parameter: 'files[1].file_id'.",
            param="files[1].file_id",
            code="missing_required_parameter",
        ),
        {"files": [{"file_id": UNKNOWN_FILE}, {}]},
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_error_is_the_same_as_openais(api, store, row: Row):
    method, path = row.request.replace("{store}", store.public_id).split()

    response = getattr(api, method.lower())(path, row.body if method == "POST" else None)

    status, expected = row.error
    expected = {**expected, "message": expected["message"].replace("{store}", store.public_id)}
    assert error(response) == (status, expected)


def test_no_key(db):
    assert error(ApiClient().get("/v1/files")) == error_of(401, NO_KEY)


def test_wrong_key(db):
    client = ApiClient(headers={"Authorization": "Bearer user_provided"})

    assert error(client.get("/v1/files")) == error_of(401, WRONG_KEY, code="invalid_api_key")


def test_an_unknown_batch_is_reported_like_other_unknown_objects(api, store):
    # Unlike OpenAI, which was seen to answer with 500 here.
    response = api.get(f"/v1/vector_stores/{store.public_id}/file_batches/{UNKNOWN_BATCH}")

    message = f"No vector store file batch found with id '{UNKNOWN_BATCH}'."
    assert error(response) == error_of(404, message)


def test_metadata_key_too_long(api):
    # OpenAI's code and param of this error are known, but not its message.
    status, answer = error(api.post("/v1/vector_stores", {"metadata": {"k" * 65: "v"}}))

    assert status == 400
    assert (answer["type"], answer["param"], answer["code"]) == (
        WRONG,
        "metadata",
        "property_name_above_max_length",
    )


def test_bad_json(api):
    response = api.generic("POST", "/v1/vector_stores", b"{", content_type="application/json")

    assert error(response) == error_of(400, NOT_JSON)


@pytest.mark.parametrize("path", ["/v1/vector_stores/{store}/files", "/v1/vector_stores"])
def test_unsupported_extension(api, project, store, path):
    file_id = FileFactory(project=project, filename="heron.mp4").public_id
    body = {"file_id": file_id} if path.endswith("files") else {"file_ids": [file_id]}

    response = api.post(path.replace("{store}", store.public_id), body)

    assert error(response) == error_of(400, UNSUPPORTED, param="file_ids", code="unsupported_file")


@pytest.mark.parametrize("purpose", ["assistants", "user_data", "vision"])
def test_download_by_purpose(api, project, settings, purpose):
    settings.STRICT_DOWNLOAD_PURPOSE = True
    file = FileFactory(project=project, purpose=purpose)

    response = api.get(f"/v1/files/{file.public_id}/content")

    message = f"Not allowed to download files of purpose: {purpose}"
    assert error(response) == error_of(400, message)


def test_batch_file_with_another_extension(api):
    response = upload(api, name="lines.txt", purpose="batch")

    assert error(response) == error_of(400, "Invalid file format for Batch API. Must be .jsonl")


def test_expired_store(api, project):
    past = timezone.now() - timedelta(days=2)
    store = VectorStoreFactory(project=project, expires_after_days=1, expires_at=past)

    response = api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "wombats"})

    assert error(response) == error_of(400, f"Vector store '{store.public_id}' has expired")


def test_rate_limit(api, settings, project):
    settings.UPLOADS_PER_MINUTE = 60
    while (response := upload(api)).status_code == 200:
        assert int(response["x-ratelimit-remaining-requests"]) < 60

    assert error(response) == error_of(
        429,
        f"Rate limit reached for uploads in project {project.name} on requests per min. "
        "Limit: 60 / min. Please try again in 1s.",
        "requests",
        code="rate_limit_exceeded",
    )


@pytest.mark.urls("tests.vectorstores.api.broken_urls")
def test_internal(api):
    api.raise_request_exception = False

    message = "The server had an error while processing your request"
    assert error(api.get("/v1/broken")) == error_of(500, message, "server_error")


def test_overloaded(api, store, settings):
    settings.EMBEDDING_BACKEND = "openai"
    settings.EMBEDDING_BASE_URL = f"http://127.0.0.1:{free_port()}/v1"

    response = api.post(f"/v1/vector_stores/{store.public_id}/search", {"query": "wombats"})

    message = "The engine is currently overloaded, please try again later"
    assert error(response) == error_of(503, message, "server_error")


def test_errors_name_the_page_that_the_operator_set(settings):
    settings.DOCS_URL = "https://wiki.example/vector-stores"

    status, answer = error(ApiClient().get("/v1/files"))

    assert status == 401
    assert answer["message"].endswith(
        "You can obtain an API key from https://wiki.example/vector-stores."
    )
