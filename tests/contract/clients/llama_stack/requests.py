"""Errors, headers, and several requests at once."""

import asyncio
import time
from unittest import mock

import llama_stack_client
from llama_stack_client import AsyncLlamaStackClient

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.llama_stack.given import Given

CHECKS: Checks = {}


@row(CHECKS, "NotFoundError")
def not_found(given: Given) -> None:
    nobodys = "vs_" + "0" * 32

    with raises(llama_stack_client.NotFoundError) as refused:
        given.client.vector_stores.retrieve(nobodys)

    assert refused.exception.response.headers["x-request-id"].startswith("req_")
    message = refused.exception.body["error"]["message"]
    assert message == f"No vector store found with id '{nobodys}'."


@row(CHECKS, "BadRequestError")
def bad_request(given: Given) -> None:
    with raises(llama_stack_client.BadRequestError) as refused:
        given.client.vector_stores.create(name="n", metadata={"key": "v" * 513})

    error = refused.exception.body["error"]
    assert (error["param"], error["code"]) == ("metadata.key", "string_above_max_length")


@row(CHECKS, "AuthenticationError")
def authentication(given: Given) -> None:
    with raises(llama_stack_client.AuthenticationError) as refused:
        given.made(api_key="sk-nobody-knows-this-one").files.list()

    assert refused.exception.body["error"]["code"] == "invalid_api_key"


@row(CHECKS, "RateLimitError")
def rate_limit(given: Given) -> None:
    store, file = given.store_with(), given.uploaded()
    impatient = given.made(max_retries=0).vector_stores.files

    with raises(llama_stack_client.RateLimitError) as refused:
        for _ in range(100):
            impatient.create(store.id, file_id=file.id)

    assert refused.exception.response.headers["retry-after"].isdecimal()
    assert refused.exception.body["error"]["code"] == "rate_limit_exceeded"


@row(CHECKS, "max_retries")
def a_limit_is_waited_for_as_long_as_the_server_says(given: Given) -> None:
    # In whole seconds: what a client makes up itself begins at half of one. Then it is let in.
    store, file = given.store_with(), given.uploaded()
    patient = given.made(max_retries=1).vector_stores.files

    with mock.patch("time.sleep", wraps=time.sleep) as sleep:
        while not sleep.called:
            attached = patient.create(store.id, file_id=file.id)

    assert attached.id == file.id
    ((seconds,), _) = sleep.call_args
    assert seconds in range(1, 61)


@row(CHECKS, "with_raw_response")
def with_raw_response(given: Given) -> None:
    made = given.strict.vector_stores.with_raw_response.create(name="Birds")

    assert made.headers["x-request-id"].startswith("req_")
    assert made.parse().name == "Birds"


@row(CHECKS, "AsyncOpenAI")
def asynchronous(given: Given) -> None:
    async def several_at_once() -> list[str]:
        async with AsyncLlamaStackClient(base_url=given.url, api_key=given.api_key) as client:
            creating = (client.vector_stores.create(name=name) for name in "abc")
            return [store.name for store in await asyncio.gather(*creating)]

    assert asyncio.run(several_at_once()) == ["a", "b", "c"]
