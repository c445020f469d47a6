"""The rows of client.vector_stores."""

import llama_stack_client

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.llama_stack.given import WOMBATS, Given

CHECKS: Checks = {}


@row(CHECKS, "vector_stores.create")
def create(given: Given) -> None:
    store = given.strict.vector_stores.create(
        name="Birds",
        metadata={"team": "zoo"},
        expires_after={"anchor": "last_active_at", "days": 7},
    )

    assert (store.object, store.name, store.status) == ("vector_store", "Birds", "completed")
    assert (store.metadata, store.file_counts.total) == ({"team": "zoo"}, 0)
    assert store.expires_at == store.last_active_at + 7 * 86400


@row(CHECKS, "vector_stores.create(chunking_strategy)")
def create_with_chunks_of_a_size(given: Given) -> None:
    size = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}
    strategy = {"type": "static", "static": size}

    store = given.strict.vector_stores.create(
        name="Birds", file_ids=[given.uploaded().id], chunking_strategy=strategy
    )

    assert store.file_counts.total == 1


@row(CHECKS, "vector_stores.retrieve")
def retrieve(given: Given) -> None:
    store = given.store_with()

    assert given.strict.vector_stores.retrieve(store.id) == store


@row(CHECKS, "vector_stores.update")
def update(given: Given) -> None:
    store = given.store_with()

    updated = given.strict.vector_stores.update(store.id, name="Sea birds", metadata={"a": "b"})

    assert (updated.id, updated.name, updated.metadata) == (store.id, "Sea birds", {"a": "b"})


@row(CHECKS, "vector_stores.list")
def list_(given: Given) -> None:
    # It has no paging of its own: a page, and the one after it.
    first, second, third = (given.store_with().id for _ in range(3))

    page = given.strict.vector_stores.list(limit=1, after=third)
    rest = given.strict.vector_stores.list(limit=100, after=second)

    assert (page.object, page.has_more) == ("list", True)
    assert third not in [store.id for store in page.data]
    assert first in [store.id for store in rest.data]


@row(CHECKS, "vector_stores.delete")
def delete(given: Given) -> None:
    store = given.store_with()

    deleted = given.strict.vector_stores.delete(store.id)

    assert (deleted.id, deleted.object) == (store.id, "vector_store.deleted")
    assert deleted.deleted
    with raises(llama_stack_client.NotFoundError):
        given.strict.vector_stores.retrieve(store.id)


@row(CHECKS, "vector_stores.search")
def search(given: Given) -> None:
    file = given.uploaded()
    store = given.store_with(file)

    page = given.client.vector_stores.search(store.id, query="long burrows", max_num_results=3)

    (hit,) = page.data
    assert (hit.file_id, hit.filename) == (file.id, "wombats.txt")
    assert [part.text for part in hit.content] == [WOMBATS.decode()]
    assert 0 < hit.score <= 1


@row(CHECKS, "vector_stores.files.create")
def attach(given: Given) -> None:
    file, store = given.uploaded(), given.store_with()

    attached = given.strict.vector_stores.files.create(store.id, file_id=file.id)

    assert (attached.id, attached.vector_store_id) == (file.id, store.id)
    assert (attached.object, attached.last_error) == ("vector_store.file", None)


@row(CHECKS, "vector_stores.files.create(attributes)")
def attach_with_attributes(given: Given) -> None:
    file, store = given.uploaded(), given.store_with()

    attached = given.strict.vector_stores.files.create(
        store.id, file_id=file.id, attributes={"kind": "mammal"}, chunking_strategy={"type": "auto"}
    )

    assert attached.attributes == {"kind": "mammal"}
    assert attached.chunking_strategy.static.max_chunk_size_tokens == 800
