"""Stores that have changed are looked at soon, all others within the hour."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from redis import Redis

from tests.factories import StoreFileFactory, VectorStoreFactory
from tests.ingestion.claiming import ingest_now
from tests.live import wait_until
from tests.vectorstores.indexes import catalog
from tests.vectorstores.indexes.stores import build_vectors, fill, vectors_of
from tests.vectorstores.published import searchable
from vectorstores import dispatch, maintenance, tasks
from vectorstores.indexes import dropping, review
from vectorstores.indexes.sessions import session
from vectorstores.maintenance import purging
from vectorstores.models import ChunkEmbedding, IndexBuild, Lexicon, VectorStore, VectorStoreFile
from vectorstores.models.chunks import delete_chunks

NOW = timezone.now


@pytest.fixture(autouse=True)
def nothing_has_changed(small_stores_are_indexed: None) -> Iterator[None]:
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
    yield
    dispatch._cooldown.record_success()  # for the tests after one without Redis


def changed() -> set:
    return set(dispatch.take_changed(1000))


def in_queue(queue: str = "index") -> int:
    with Redis.from_url(settings.REDIS_URL) as broker:
        return broker.llen(queue)


def test_each_changed_store_is_taken_once():
    store, other = uuid4(), uuid4()

    dispatch.changed([store, other, store])
    dispatch.changed([store])

    assert changed() == {store, other}
    assert changed() == set()


def test_a_rolled_back_change_is_not_recorded():
    with transaction.atomic():
        dispatch.changed([uuid4()])
        transaction.set_rollback(True)

    assert changed() == set()


def test_any_number_of_changed_stores_can_be_recorded_at_once():
    stores = {uuid4() for _ in range(2500)}

    dispatch.changed(stores)

    assert set(dispatch.take_changed(5000)) == stores


def test_a_change_without_redis_is_logged_and_not_recorded(settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    dispatch.changed([uuid4()])

    assert "Redis did not record which stores changed" in caplog.text
    assert dispatch.take_changed(10) == []


def test_publishing_a_file_marks_its_store_as_changed():
    store_file, together = StoreFileFactory(), StoreFileFactory.create_batch(2)

    ingest_now(store_file)
    assert changed() == {store_file.vector_store_id}

    ingest_now(*together)
    assert changed() == {file.vector_store_id for file in together}


def test_attaching_known_content_marks_the_store_as_changed():
    first = StoreFileFactory()
    ingest_now(first)
    second = StoreFileFactory(file=first.file, vector_store__project=first.project)
    changed()

    ingest_now(second)

    assert changed() == {second.vector_store_id}


def test_deleting_chunks_marks_their_store_as_changed(store):
    gone = searchable(store, "gone")
    VectorStoreFile.objects.filter(pk=gone.pk).remove(NOW())

    maintenance.purge(NOW(), tombstone_age=NOW() - NOW())

    assert changed() == {store.pk}


def test_the_sweep_reviews_changed_stores_and_wakes_a_worker_for_requested_builds():
    store = fill(VectorStoreFactory(), files=4)
    dispatch.changed([store.pk])

    tasks.sweep()

    assert IndexBuild.objects.due(NOW()).count() == 2
    assert Lexicon.objects.filter(vector_store=store).exists()
    assert in_queue() == 1
    assert changed() == set()


def test_a_store_that_is_still_filling_stays_marked_as_changed():
    store = fill(VectorStoreFactory(), files=4)
    StoreFileFactory(vector_store=store)
    dispatch.changed([store.pk])

    assert review.review_changed(NOW()) == 1

    assert changed() == {store.pk}


def test_stores_that_the_sweep_has_no_time_for_wait_for_the_next_one(monkeypatch):
    monkeypatch.setattr(review, "SLICE", 2)
    monkeypatch.setattr(review, "SWEEP_HAS", 1e-9)
    dispatch.changed(uuid4() for _ in range(3))

    review.review_changed(NOW())

    assert len(changed()) == 3


def test_all_stores_are_reviewed_once_an_hour(monkeypatch):
    monkeypatch.setattr(review, "MANY", 2)
    large = fill(VectorStoreFactory(), files=4)
    VectorStoreFactory.create_batch(4)
    VectorStoreFactory(deleted_at=NOW())

    assert tasks.review() == 5

    assert {row.vector_store for row in IndexBuild.objects.all()} == {large}


def test_one_wake_up_covers_all_requested_builds():
    IndexBuild.objects.want(
        kind="text",
        store_id=VectorStoreFactory().pk,
        generation=0,
        dimensions=256,
        chunks=1,
        rebuild=False,
        now=NOW(),
    )

    assert review.wake_builder(NOW())
    assert review.wake_builder(NOW())

    assert in_queue() == 1


def test_no_worker_is_woken_during_a_build_unless_its_builder_died():
    store = fill(VectorStoreFactory(), files=4)
    review.review_all(NOW())
    with session() as builder:
        assert builder.become_builder()
        assert not review.wake_builder(NOW())

    # Postgres frees the lock of a closed connection a moment later.
    wait_until(lambda: review.wake_builder(NOW()), seconds=10)
    assert IndexBuild.objects.filter(vector_store=store).count() == 2


def test_a_woken_worker_builds_every_requested_index():
    fill(VectorStoreFactory(), files=4)
    tasks.review()

    assert tasks.build_indexes() == 2
    assert set(catalog.indexes().values()) == {True}
    assert not review.wake_builder(NOW())


@pytest.fixture
def deleted() -> VectorStore:
    """Return a store with an index, deleted just now."""
    store = fill(VectorStoreFactory(), files=4)
    build_vectors(store)
    VectorStore.objects.update(deleted_at=NOW())
    return store


def purge() -> None:
    maintenance.purge(NOW(), tombstone_age=timedelta(hours=1))


def test_a_deleted_store_loses_its_index_before_its_rows(deleted, monkeypatch):
    seen = []
    monkeypatch.setattr(
        purging,
        "delete_chunks",
        lambda files: seen.append(catalog.indexes()) or delete_chunks(files),
    )

    purge()

    assert seen == [{}]
    assert not ChunkEmbedding.objects.exists()


def test_only_the_rows_of_a_store_wait_for_an_index_that_cannot_be_dropped_yet(
    deleted, monkeypatch
):
    monkeypatch.setattr(dropping, "PATIENCE", timedelta(milliseconds=100))
    other = fill(VectorStoreFactory(), files=1)
    VectorStore.objects.update(deleted_at=NOW())
    with catalog.reader(vectors_of(deleted)):
        purge()
    assert {row.vector_store_id for row in ChunkEmbedding.objects.all()} == {deleted.pk}
    assert catalog.indexes() == {vectors_of(deleted).name: False}

    purge()

    assert catalog.indexes() == {}
    assert not ChunkEmbedding.objects.filter(vector_store_id__in=[deleted.pk, other.pk]).exists()


def test_deleting_a_store_deletes_its_build_history(deleted):
    for _ in range(2):
        maintenance.purge(NOW() + timedelta(hours=2), tombstone_age=timedelta(hours=1))

    assert not VectorStore.objects.exists()
    assert not IndexBuild.objects.exists()
