"""Request bodies: the JSON that is accepted, and the JSON that is refused."""

import json

import pytest

from tests.vectorstores.api.answers import ok, refused
from vectorstores.models import VectorStore

HINT = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using "
    "your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was "
    "not valid JSON. If you have trouble figuring out how to fix this, please contact us through "
    "our help center at /v1/docs.)"
)


def post(api, body: bytes, content_type: str = "application/json"):
    return api.generic("POST", "/v1/vector_stores", body, content_type=content_type)


@pytest.mark.parametrize("body", [b"", b" ", b"\n\t", b"{}"])
def test_an_empty_body_is_an_empty_object(api, body):
    ok(post(api, body))


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.api+json",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "",
        "nonsense",
    ],
)
def test_json_is_read_under_any_content_type(api, content_type):
    assert ok(post(api, b'{"name": "notes"}', content_type))["name"] == "notes"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_json_is_read_in_every_encoding_it_can_have(api, encoding):
    body = json.dumps({"name": "日本 😀"}, ensure_ascii=False).encode(encoding)

    assert ok(post(api, body))["name"] == "日本 😀"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'name': 'x'}",
        b'{"name": "x",}',
        b'{"name": "x"} {}',
        b"name=x",
        b"\xff\xfe\xfa",
        b'{"name": "\xff"}',
        b'{"metadata": {"a": NaN}}',
        b'{"metadata": {"a": Infinity}}',
        b'{"metadata": {"a": -Infinity}}',
        b'{"metadata": {"a": 1e999}}',
        b'{"metadata": {"a": -1e999}}',
        b'{"metadata": {"a": ' + b"9" * 5000 + b"}}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name": "line\nbreak"}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_invalid_json_is_refused(api, body):
    assert refused(post(api, body)) == HINT
    assert not VectorStore.objects.exists()


@pytest.mark.parametrize(
    ("body", "got"),
    [
        (b"[]", "an array"),
        (b'"x"', "a string"),
        (b"5", "an integer"),
        (b"0.5", "a decimal"),
        (b"true", "a boolean"),
        (b"null", "null"),
    ],
)
def test_json_that_is_not_an_object_is_refused(api, body, got):
    message = refused(post(api, body), code="invalid_type", param="body")

    assert message == f"Invalid type for 'body': expected an object, but got {got} instead."


def test_a_form_is_not_parsed_as_json(api):
    response = api.post("/v1/vector_stores", {"name": "x"}, format="multipart")

    message = refused(response, 415)

    assert message.startswith('Unsupported media type "multipart/form-data')
    assert not VectorStore.objects.exists()


def test_a_body_that_is_too_large_is_refused(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    message = refused(post(api, b'{"name": "' + b"x" * 1000 + b'"}'), 413, code="request_too_large")

    assert message == "The request body is larger than 1000 bytes."


def test_a_body_that_declares_too_large_a_size_is_refused_unread(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = api.generic(
        "POST", "/v1/vector_stores", b"{", content_type="application/json", CONTENT_LENGTH="1001"
    )

    message = refused(response, 413, code="request_too_large")
    assert message == "The request body is larger than 1000 bytes."


def test_a_body_of_exactly_the_largest_size_is_read(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    empty = b'{"description": ""}'

    body = b'{"description": "' + b"x" * (1000 - len(empty)) + b'"}'

    assert len(body) == 1000
    ok(post(api, body))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", '{"%s": 1}'),
        ("", '{"name": "%s"}'),
        ("", '{"metadata": {"%s": "v"}}'),
        ("", '{"metadata": {"k": "%s"}}'),
        ("", '{"expires_after": {"anchor": "%s", "days": 1}}'),
        ("", '{"file_ids": ["%s"]}'),
        ("", '{"chunking_strategy": {"type": "%s"}}'),
        ("/search", '{"query": "%s"}'),
        ("/search", '{"query": ["%s"]}'),
        ("/search", '{"query": "x", "ranking_options": {"ranker": "%s"}}'),
        ("/search", '{"query": "x", "filters": {"type": "%s"}}'),
        ("/search", '{"query": "x", "filters": {"type": "eq", "%s": 1}}'),
        ("/search", '{"query": "x", "filters": {"type": "eq", "key": "%s", "value": 1}}'),
        ("/search", '{"query": "x", "filters": {"type": "eq", "key": "k", "value": "%s"}}'),
        ("/search", '{"query": "x", "filters": {"type": "in", "key": "k", "value": ["%s"]}}'),
        ("/files", '{"file_id": "file-%s"}'),
    ],
)
def test_no_string_breaks_a_response(api, store, path, body):
    url = f"/v1/vector_stores/{store.public_id}{path}" if path else "/v1/vector_stores"

    for text in ("\\ud800", "\\u0000", "{param}", "non_field_errors", "{0}"):
        sent = body.replace("%s", text).encode()
        response = api.generic("POST", url, sent, content_type="application/json")

        assert response.status_code in (200, 400, 404), text
        assert response.json()


@pytest.mark.parametrize("key", ["", "a.b", "[0]", "detail", "日本"])
def test_an_unknown_key_is_named_as_it_was_sent(api, key):
    message = refused(
        api.post("/v1/vector_stores", {key: 1}), code="unknown_parameter", param=key or None
    )

    assert message == f"Unknown parameter: '{key}'."


def test_half_a_surrogate_pair_is_shown_as_a_question_mark(api):
    response = post(api, b'{"\\ud800": 1}')

    message = refused(response, code="unknown_parameter", param="?")

    assert message == "Unknown parameter: '?'."
