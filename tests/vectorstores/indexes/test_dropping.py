import time
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from tests.factories import VectorStoreFactory
from tests.vectorstores.indexes.catalog import indexes, reader, run
from tests.vectorstores.indexes.stores import (
    beside,
    build_texts,
    build_vectors,
    elsewhere,
    texts_of,
    vectors_of,
)
from vectorstores.indexes import dropping
from vectorstores.indexes.definitions import partition_of
from vectorstores.indexes.dropping import drop, drop_closed, drop_unusable
from vectorstores.indexes.sessions import session


def test_dropping_a_missing_index_succeeds(small_stores_are_indexed):
    store = VectorStoreFactory()

    assert drop([vectors_of(store), texts_of(store)]) == []


def test_only_the_named_indexes_are_dropped(large_store):
    build_vectors(large_store)
    build_texts(large_store)

    left = drop([vectors_of(large_store)])

    assert left == []
    assert indexes() == {texts_of(large_store).name: True}


def test_a_long_reader_postpones_the_drop(large_store, monkeypatch):
    monkeypatch.setattr(dropping, "PATIENCE", timedelta(milliseconds=100))
    build_vectors(large_store)
    target = vectors_of(large_store)

    with reader(target):
        left = drop([target])

    assert left == [target]
    assert drop([target]) == []
    assert indexes() == {}


def test_dropping_many_indexes_waits_for_long_readers_only_once(large_store, monkeypatch):
    patience = timedelta(milliseconds=500)
    monkeypatch.setattr(dropping, "PATIENCE", patience)
    monkeypatch.setattr(dropping, "BRIEFLY", timedelta(milliseconds=1))
    stores = [large_store, elsewhere(large_store), beside(large_store)]
    for store in stores:
        build_vectors(store)
    targets = [vectors_of(store) for store in stores]

    with reader(targets[0]), reader(targets[1]):
        before = time.monotonic()
        left = drop(targets)
        waited = time.monotonic() - before

    assert set(left) == set(targets)
    assert patience.total_seconds() <= waited < 2 * patience.total_seconds()


def test_the_indexes_of_deleted_and_expired_stores_are_dropped_and_no_others(large_store):
    now = timezone.now()
    deleted, expired = VectorStoreFactory(deleted_at=now), VectorStoreFactory(expires_at=now)
    for store in (large_store, deleted, expired):
        build_vectors(store)
        build_texts(store)

    left = drop_closed(now)

    assert left == set()
    assert set(indexes()) == {vectors_of(large_store).name, texts_of(large_store).name}


def test_an_index_whose_store_is_gone_is_dropped(large_store):
    build_vectors(large_store)
    large_store.delete()

    drop_closed(timezone.now())

    assert indexes() == {}


def test_stores_whose_index_cannot_be_dropped_yet_are_reported(large_store, monkeypatch):
    monkeypatch.setattr(dropping, "PATIENCE", timedelta(milliseconds=100))
    build_vectors(large_store)
    large_store.deleted_at = timezone.now()
    large_store.save()

    with reader(vectors_of(large_store)):
        left = drop_closed(timezone.now())

    assert left == {large_store.pk}


def test_foreign_indexes_are_never_dropped(large_store):
    table = partition_of(vectors_of(large_store))
    with pytest.raises(IntegrityError):
        run(f"CREATE UNIQUE INDEX CONCURRENTLY hnsw_mine ON {table} (vector_store_id)")
    assert indexes() == {"hnsw_mine": False}

    with session() as opened:
        drop_unusable(opened)

    assert indexes() == {"hnsw_mine": False}
