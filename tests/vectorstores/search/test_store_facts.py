"""The facts of a store that a search reads, and how long they are cached."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from vectorstores.models import VectorStore
from vectorstores.search import store_facts as module
from vectorstores.search.store_facts import StoreFacts, store_facts

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Collect the stores that the database is asked about."""
    stores: list[UUID] = []

    def fetch(statement: str, values: tuple, **_: object) -> list[tuple]:
        stores.append(values[0])
        return [(MADE_AT, 1_000, True, None)]

    monkeypatch.setattr(module, "fetch", fetch)
    return stores


def test_facts_are_read_once_a_second(read):
    store = VectorStore(pk=UUID(int=1))

    facts = [store_facts(store) for _ in range(3)]

    assert facts == [StoreFacts(True, False, 1_000, MADE_AT)] * 3
    assert read == [store.pk]
    cache: Any = store_facts.cache
    assert cache.ttl == 1.0
    assert cache.maxsize == 10_000


def test_each_generation_of_each_store_has_its_own_facts(read):
    one, other = VectorStore(pk=UUID(int=1)), VectorStore(pk=UUID(int=2))
    switched = VectorStore(pk=one.pk, generation=2)

    for store in (one, other, switched, one):
        store_facts(store)

    assert read == [one.pk, other.pk, one.pk]
