"""The rows of any request: headers, retries, the asynchronous client."""

import asyncio

from tests.contract.clients.checks import Checks, row
from tests.contract.clients.openai_python.given import WOMBATS, Given, of

CHECKS: Checks = {}


@row(CHECKS, "with_raw_response")
def with_raw_response(given: Given) -> None:
    made = given.vector_stores.with_raw_response.create(name="Birds")
    file = given.uploaded()
    given.vector_stores.files.create(made.parse().id, file_id=file.id)

    polled = given.vector_stores.files.with_raw_response.retrieve(
        file.id, vector_store_id=made.parse().id
    )

    assert made.headers["x-request-id"].startswith("req_")
    assert made.headers["x-request-id"] != polled.headers["x-request-id"]
    assert int(made.headers["openai-processing-ms"]) >= 0
    assert made.parse().name == "Birds"
    assert 50 <= int(polled.headers["openai-poll-after-ms"]) <= 5000


@row(CHECKS, "AsyncOpenAI")
def asynchronous(given: Given) -> None:
    asyncio.run(several_at_once(given))


async def several_at_once(given: Given) -> None:
    async with given.made(is_async=True) as client:
        vector_stores = of(client)
        store = await vector_stores.create(name="Birds")
        files = [("wombats.txt", WOMBATS + b"%d" % number) for number in range(3)]
        done = await asyncio.gather(
            *(
                vector_stores.files.upload_and_poll(vector_store_id=store.id, file=file)
                for file in files
            )
        )
        listed = [file.id async for file in vector_stores.files.list(store.id, limit=2)]

    assert [file.status for file in done] == ["completed"] * 3
    assert sorted(listed) == sorted(file.id for file in done)
