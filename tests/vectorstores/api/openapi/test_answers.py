from typing import Any

import pytest

from tests.vectorstores.api.openapi.documented import (
    OPERATIONS,
    examples_of,
    resolved,
    responses,
    validator,
)
from tests.vectorstores.api.uploads import upload

RATE_LIMITS = {
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
}
ALWAYS = {"x-request-id", "openai-processing-ms", "openai-version"}
ANSWERS = [(name, status, response) for name, status, response in responses()]
every_answer = pytest.mark.parametrize(
    ("operation_id", "status", "response"), ANSWERS, ids=[f"{n} {s}" for n, s, _ in ANSWERS]
)


def statuses(operation_id: str) -> set[str]:
    return set(OPERATIONS[operation_id]["responses"])


def headers(operation_id: str, status: str) -> set[str]:
    return set(resolved(OPERATIONS[operation_id]["responses"][status])["headers"])


@every_answer
def test_its_examples_are_what_its_schema_says(
    operation_id: str, status: str, response: dict[str, Any]
):
    for content in response["content"].values():
        examples = examples_of(content)

        assert examples
        for example in examples:
            assert list(validator(content["schema"]).iter_errors(example)) == []


@every_answer
def test_it_carries_the_headers_of_every_answer(
    operation_id: str, status: str, response: dict[str, Any]
):
    assert response["headers"].keys() >= ALWAYS
    assert all(resolved(response["headers"][name])["required"] for name in ALWAYS)


@every_answer
def test_an_error_is_of_the_status_it_stands_under(
    operation_id: str, status: str, response: dict[str, Any]
):
    ours = status.startswith("5")
    for content in response["content"].values():
        for example in examples_of(content) if status != "200" else []:
            assert (example["error"]["type"] == "server_error") is ours


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_may_lack_a_key_or_a_server(operation_id: str):
    assert {"200", "401", "500", "503"} <= statuses(operation_id)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_operation_with_a_body_lists_the_errors_of_bodies(operation_id: str):
    has_body = "requestBody" in OPERATIONS[operation_id]

    assert {"400", "413", "415"} <= statuses(operation_id) or not has_body
    assert has_body or not {"413", "415"} & statuses(operation_id)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_operation_that_names_an_object_lists_not_found(operation_id: str):
    names_one = "{" in OPERATIONS[operation_id]["path"]

    assert "404" in statuses(operation_id) or not names_one


def test_rate_limited_operations_list_429():
    limited = {name for name in OPERATIONS if "429" in statuses(name)}

    assert limited == {
        "createFile",
        "createUpload",
        "createVectorStore",
        "createVectorStoreFile",
        "createVectorStoreFileBatch",
    }
    for name in limited:
        assert headers(name, "200") >= RATE_LIMITS
        assert headers(name, "429") >= {*RATE_LIMITS, "Retry-After"}


def test_polled_operations_say_when_to_ask_again():
    polled = {name for name in OPERATIONS if "openai-poll-after-ms" in headers(name, "200")}

    assert polled == {
        "createVectorStoreFile",
        "getVectorStoreFile",
        "createVectorStoreFileBatch",
        "getVectorStoreFileBatch",
        "cancelVectorStoreFileBatch",
    }


def test_a_refusal_by_a_limit_is_as_documented(api, settings, sent):
    settings.UPLOADS_PER_MINUTE = 1
    response = resolved(OPERATIONS["createFile"]["responses"]["429"])
    upload(api)

    refused = upload(api)

    assert refused.status_code == 429
    schema = response["content"]["application/json"]["schema"]
    assert list(validator(schema).iter_errors(refused.json())) == []
    for name, header in response["headers"].items():
        kind = resolved(header)["schema"]
        value = refused[name]
        assert validator(kind).is_valid(int(value) if kind["type"] == "integer" else value), name
