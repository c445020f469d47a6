"""The rows of client.vector_stores."""

from itertools import takewhile
from typing import Any

import openai

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.openai_python.given import PUFFINS, WOMBATS, Given, is_now

CHECKS: Checks = {}


@row(CHECKS, "vector_stores.create")
def create(given: Given) -> None:
    store = given.vector_stores.create(
        name="Birds",
        metadata={"team": "zoo"},
        expires_after={"anchor": "last_active_at", "days": 7},
    )

    assert store.id.startswith("vs_")
    assert (store.object, store.name, store.status) == ("vector_store", "Birds", "completed")
    assert (store.metadata, store.usage_bytes) == ({"team": "zoo"}, 0)
    assert (store.file_counts.total, store.file_counts.in_progress) == (0, 0)
    assert is_now(store.created_at)
    assert store.expires_after.days == 7
    assert store.expires_at == store.last_active_at + 7 * 86400


@row(CHECKS, "vector_stores.create(chunking_strategy)")
def create_with_chunks_of_a_size(given: Given) -> None:
    size = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}
    file = given.uploaded()

    store = given.vector_stores.create(
        file_ids=[file.id], chunking_strategy={"type": "static", "static": size}
    )

    strategy = given.vector_stores.files.retrieve(
        file.id, vector_store_id=store.id
    ).chunking_strategy
    assert (strategy.type, strategy.static.model_dump()) == ("static", size)


@row(CHECKS, "vector_stores.retrieve")
def retrieve(given: Given) -> None:
    store = given.vector_stores.create(name="Birds", metadata={"team": "zoo"})

    assert given.vector_stores.retrieve(store.id) == store


@row(CHECKS, "vector_stores.update")
def update(given: Given) -> None:
    store = given.vector_stores.create(
        name="Birds", expires_after={"anchor": "last_active_at", "days": 7}
    )

    updated = given.vector_stores.update(
        store.id, name="Sea birds", metadata={"team": "sea"}, expires_after=None
    )

    assert (updated.id, updated.name, updated.metadata) == (store.id, "Sea birds", {"team": "sea"})
    assert (updated.expires_after, updated.expires_at) == (None, None)
    assert given.vector_stores.retrieve(store.id).name == "Sea birds"


@row(CHECKS, "vector_stores.list")
def list_(given: Given) -> None:
    # The newest first; others make and delete stores while it pages to those made here.
    made = [given.vector_stores.create(name=f"page {number}").id for number in range(5)]

    until_the_first = takewhile(
        lambda store: store.id != made[0], given.vector_stores.list(limit=2)
    )

    seen = [store.id for store in until_the_first]
    assert [store_id for store_id in seen if store_id in made] == made[:0:-1]
    assert len(seen) == len(set(seen))
    everything = [store.id for store in given.vector_stores.list(limit=100, order="asc")]
    assert [store_id for store_id in everything if store_id in made] == made


@row(CHECKS, "vector_stores.delete")
def delete(given: Given) -> None:
    store = given.vector_stores.create(name="Birds")

    deleted = given.vector_stores.delete(store.id)

    assert (deleted.id, deleted.deleted) == (store.id, True)
    assert deleted.object == "vector_store.deleted"
    with raises(openai.NotFoundError) as refused:
        given.vector_stores.retrieve(store.id)
    body: Any = refused.exception.body
    assert body["message"] == f"No vector store found with id '{store.id}'."


@row(CHECKS, "vector_stores.search")
def search(given: Given) -> None:
    wombats, puffins = given.uploaded(), given.uploaded(PUFFINS, "puffins.txt")
    store = given.store_with(wombats, puffins)
    given.vector_stores.files.update(
        puffins.id, vector_store_id=store.id, attributes={"kind": "bird", "year": 2026}
    )

    page = given.vector_stores.search(store.id, query=["long burrows"], max_num_results=2)
    birds = given.vector_stores.search(
        store.id,
        query="long burrows",
        filters={"type": "eq", "key": "kind", "value": "bird"},
        ranking_options={"ranker": "auto", "score_threshold": 0},
        rewrite_query=False,
    )

    assert (page.search_query, page.has_more, page.next_page) == (["long burrows"], False, None)
    assert [hit.filename for hit in page] == ["wombats.txt", "puffins.txt"]
    first = page.data[0]
    assert (first.file_id, first.attributes) == (wombats.id, {})
    assert [(part.type, part.text) for part in first.content] == [("text", WOMBATS.decode())]
    assert 0 < first.score <= 1
    assert [(hit.file_id, hit.attributes) for hit in birds] == [
        (puffins.id, {"kind": "bird", "year": 2026})
    ]
