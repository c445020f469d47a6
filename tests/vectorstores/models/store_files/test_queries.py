"""Querysets of files in stores: due, claimed, searchable, leftovers and counts."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import FileBatchFactory, StoreFileFactory, VectorStoreFactory
from tests.vectorstores.claims import claim
from vectorstores.models import Status, VectorStoreFile

NOW = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def store_file(db: None) -> VectorStoreFile:
    return StoreFileFactory(due_at=NOW)


def test_due_files_are_those_that_wait_for_a_worker(store_file):
    StoreFileFactory(due_at=NOW + SECOND)
    StoreFileFactory(due_at=NOW, status=Status.COMPLETED)
    StoreFileFactory(due_at=NOW, deleted_at=NOW)
    StoreFileFactory(due_at=NOW, vector_store=VectorStoreFactory(deleted_at=NOW))

    assert list(VectorStoreFile.objects.due(NOW)) == [store_file]


def test_claimed_files_are_those_that_a_worker_holds(store_file):
    minute = timedelta(minutes=1)
    held, removed, postponed, silent = StoreFileFactory.create_batch(4, due_at=NOW)
    for each in (held, removed, postponed):
        assert claim(each, NOW, minute)
    assert claim(silent, NOW, SECOND)
    VectorStoreFile.objects.filter(pk=removed.pk).remove(NOW)
    assert postponed.postpone(NOW + minute)

    assert list(VectorStoreFile.objects.claimed(NOW + SECOND)) == [held]


def test_searchable_files_are_completed_or_being_ingested_again(store_file):
    completed = StoreFileFactory(status=Status.COMPLETED)
    for status in (Status.FAILED, Status.CANCELLED):
        StoreFileFactory(status=status)
    StoreFileFactory(status=Status.COMPLETED, deleted_at=NOW)

    assert set(VectorStoreFile.objects.searchable(NOW)) == {store_file, completed}


@pytest.mark.parametrize("owner", ["vector_store", "batch"])
def test_live_files_are_counted_by_status(db, owner):
    store = VectorStoreFactory()
    batch = FileBatchFactory(vector_store=store)
    for status, number in zip(Status.values, (1, 2, 3, 4), strict=True):
        StoreFileFactory.create_batch(
            number, vector_store=store, batch=batch, status=status, usage_bytes=10
        )
    StoreFileFactory(vector_store=store, batch=batch, deleted_at=NOW)
    StoreFileFactory()

    (counts,) = (
        VectorStoreFile.objects.filter(vector_store=store)
        .counts(owner, NOW)
        .values_list("summary", flat=True)
    )

    assert counts == {
        "in_progress": 1,
        "completed": 2,
        "failed": 3,
        "cancelled": 4,
        "total": 10,
        "usage_bytes": 20,
    }


def test_leftovers_are_files_with_chunks_that_did_not_complete_again(db):
    wanted = {
        StoreFileFactory(status=status, usage_bytes=1)
        for status in (Status.FAILED, Status.CANCELLED)
    }
    StoreFileFactory(status=Status.FAILED, usage_bytes=0)
    StoreFileFactory(status=Status.COMPLETED, usage_bytes=1)
    StoreFileFactory(status=Status.IN_PROGRESS, usage_bytes=1)
    StoreFileFactory(status=Status.FAILED, usage_bytes=1, deleted_at=NOW)

    assert set(VectorStoreFile.objects.with_leftovers()) == wanted
