"""The stores, with either provider."""

import asyncio
from typing import Any

import litellm
from litellm.vector_stores import main as vector_stores

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.litellm_python.given import WOMBATS, Given

CHECKS: Checks = {}


@row(CHECKS, "vector_stores.create")
def create(given: Given) -> None:
    store = given.store(name="Birds", metadata={"team": "zoo"})

    assert store["id"].startswith("vs_")
    assert (store["object"], store["name"]) == ("vector_store", "Birds")
    assert (store["metadata"], store["status"]) == ({"team": "zoo"}, "completed")


@row(CHECKS, "vector_stores.create(chunking_strategy)")
def create_with_chunks_of_a_size(given: Given) -> None:
    # 100 tokens a chunk, and 400 words: the default would make one of them.
    file = given.uploaded(" ".join(f"word{number}" for number in range(400)).encode())
    size = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}

    store = given.store_with(file, chunking_strategy={"type": "static", "static": size})

    assert len(found(given, store, query="word1")) > 1


@row(CHECKS, "vector_stores.retrieve")
def retrieve(given: Given) -> None:
    store = given.store(name="Birds")

    assert vector_stores.retrieve(vector_store_id=store["id"], **given.options) == store


@row(CHECKS, "vector_stores.update")
def update(given: Given) -> None:
    store = given.store(name="Birds")

    updated = vector_stores.update(
        vector_store_id=store["id"], name="Sea birds", metadata={"a": "b"}, **given.options
    )

    assert (updated["id"], updated["name"]) == (store["id"], "Sea birds")
    assert updated["metadata"] == {"a": "b"}


@row(CHECKS, "vector_stores.list")
def list_(given: Given) -> None:
    # It has no paging of its own: a page, and the one after it.
    first, second, third = (given.store(name=f"page {number}")["id"] for number in range(3))

    page = vector_stores.list(limit=1, after=third, **given.options)
    rest = vector_stores.list(limit=100, after=second, before=None, **given.options)

    assert (page["object"], page["has_more"]) == ("list", True)
    assert third not in [store["id"] for store in page["data"]]
    assert first in [store["id"] for store in rest["data"]]


@row(CHECKS, "vector_stores.delete")
def delete(given: Given) -> None:
    store = given.store(name="Birds")

    deleted = vector_stores.delete(vector_store_id=store["id"], **given.options)

    assert deleted == {"id": store["id"], "object": "vector_store.deleted", "deleted": True}
    with raises(litellm.NotFoundError):
        vector_stores.retrieve(vector_store_id=store["id"], **given.options)


@row(CHECKS, "vector_stores.search")
def search(given: Given) -> None:
    file = given.uploaded()
    store = given.store_with(file)

    (hit,) = found(given, store, query=["long burrows"])
    none = found(
        given,
        store,
        query="long burrows",
        filters={"type": "eq", "key": "kind", "value": "bird"},
        max_num_results=5,
    )

    assert (hit["file_id"], hit["filename"], hit["attributes"]) == (file.id, "wombats.txt", {})
    assert hit["content"] == [{"type": "text", "text": WOMBATS.decode()}]
    assert 0 < hit["score"] <= 1
    assert none == []


def found(given: Given, store: dict[str, Any], **question: Any) -> list[dict[str, Any]]:
    page = vector_stores.search(vector_store_id=store["id"], **question, **given.options)
    assert page["object"] == "vector_store.search_results.page"
    assert isinstance(page["search_query"], list)
    return page["data"]


@row(CHECKS, "AsyncOpenAI")
def asynchronous(given: Given) -> None:
    async def several_at_once() -> list[dict[str, Any]]:
        stores = [given.store_with(given.uploaded()) for _ in range(3)]
        return await asyncio.gather(
            *(
                vector_stores.asearch(
                    vector_store_id=store["id"], query="long burrows", **given.options
                )
                for store in stores
            )
        )

    pages = asyncio.run(several_at_once())

    assert [len(page["data"]) for page in pages] == [1, 1, 1]
