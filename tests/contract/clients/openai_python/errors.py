"""The errors that a client raises, and what they carry."""

import time
from typing import Any
from unittest import mock

import openai

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.openai_python.given import Given, of

CHECKS: Checks = {}


def told(error: Any) -> tuple[Any, ...]:
    assert error.request_id.startswith("req_")
    assert error.response.headers["x-request-id"] == error.request_id
    return error.status_code, error.type, error.code, error.param, error.body["message"]


@row(CHECKS, "NotFoundError")
def not_found(given: Given) -> None:
    nobodys = "file-0123456789abcdefABCDEF"

    with raises(openai.NotFoundError) as refused:
        given.client.files.retrieve(nobodys)

    assert told(refused.exception) == (
        404,
        "invalid_request_error",
        None,
        "id",
        f"No such File object: {nobodys}",
    )


@row(CHECKS, "BadRequestError")
def bad_request(given: Given) -> None:
    with raises(openai.BadRequestError) as refused:
        given.vector_stores.create(metadata={"key": "v" * 513})

    assert told(refused.exception) == (
        400,
        "invalid_request_error",
        "string_above_max_length",
        "metadata.key",
        "Invalid 'metadata.key': string too long. Expected a string with maximum length 512, "
        "but got a string with length 513 instead.",
    )


@row(CHECKS, "AuthenticationError")
def authentication(given: Given) -> None:
    stranger = given.made(api_key="sk-nobody-knows-this-one")

    with raises(openai.AuthenticationError) as refused:
        stranger.files.list()

    status, type_, code, param, message = told(refused.exception)
    assert (status, type_, code, param) == (401, "invalid_request_error", "invalid_api_key", None)
    assert message.startswith("Incorrect API key provided: sk-")
    assert "sk-nobody-knows-this-one" not in str(refused.exception)


@row(CHECKS, "RateLimitError")
def rate_limit(given: Given) -> None:
    impatient = of(given.made(max_retries=0)).files
    store, file = given.vector_stores.create(), given.uploaded()

    with raises(openai.RateLimitError) as refused:
        attach_on_and_on(impatient, store, file)

    status, type_, code, param, message = told(refused.exception)
    assert (status, type_, code, param) == (429, "requests", "rate_limit_exceeded", None)
    assert message.startswith(f"Rate limit reached for vector store {store.id} on requests per min")
    assert 1 <= int(refused.exception.response.headers["retry-after"]) <= 60


@row(CHECKS, "max_retries")
def a_limit_is_waited_for_as_long_as_the_server_says(given: Given) -> None:
    # In whole seconds: what a client makes up itself begins at half of one. Then it is let in.
    store, file = given.vector_stores.create(), given.uploaded()
    patient = of(given.made(max_retries=1)).files

    with mock.patch("time.sleep", wraps=time.sleep) as sleep:
        while not sleep.called:
            attached = patient.create(store.id, file_id=file.id)

    assert attached.id == file.id
    ((seconds,), _) = sleep.call_args
    assert seconds in range(1, 61)


def attach_on_and_on(files: Any, store: Any, file: Any) -> None:
    for _ in range(100):
        files.create(store.id, file_id=file.id)
