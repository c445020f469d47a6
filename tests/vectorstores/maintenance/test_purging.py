"""Purging what was deleted or has expired: chunks and bytes at once, rows an hour later."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import (
    FileBatchFactory,
    FileFactory,
    ProjectFactory,
    ReembeddingFactory,
    StoreFileFactory,
    VectorStoreFactory,
)
from tests.vectorstores.published import searchable
from tests.vectorstores.threads import at_once
from vectorstores import maintenance, tasks
from vectorstores.maintenance import purging
from vectorstores.models import (
    Chunk,
    ChunkEmbedding,
    File,
    FileBatch,
    IndexBuild,
    IndexKind,
    Lexicon,
    Reembedding,
    Status,
    VectorStore,
    VectorStoreFile,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def purge(now: datetime = NOW) -> int:
    return maintenance.purge(now, tombstone_age=HOUR)


def chunk_rows() -> tuple[int, int]:
    return Chunk.objects.count(), ChunkEmbedding.objects.count()


def test_nothing_is_purged_from_a_store_in_use(store):
    searchable(store, "Wombats dig.")
    StoreFileFactory(vector_store=store)
    StoreFileFactory(vector_store=store, status=Status.FAILED)

    assert purge() == 0
    assert chunk_rows() == (1, 1)


def test_a_detached_file_loses_its_chunks_at_once_and_its_row_after_an_hour(store):
    kept, gone = searchable(store, "kept"), searchable(store, "gone", "gone")
    VectorStoreFile.objects.filter(pk=gone.pk).remove(NOW)

    purge(NOW)

    assert chunk_rows() == (1, 1)
    gone.refresh_from_db()
    assert gone.usage_bytes == 0

    purge(NOW + HOUR - timedelta(seconds=1))
    assert VectorStoreFile.objects.count() == 2
    purge(NOW + HOUR)
    assert VectorStoreFile.objects.get() == kept


def test_a_deleted_store_loses_its_chunks_at_once_and_its_rows_after_an_hour(store):
    batch = FileBatchFactory(vector_store=store)
    searchable(store, "Wombats dig.", batch=batch)
    StoreFileFactory(vector_store=store)
    other = searchable(VectorStoreFactory(), "kept")
    VectorStore.objects.filter(pk=store.pk).update(deleted_at=NOW)

    purge(NOW)

    assert chunk_rows() == (1, 1)
    assert VectorStore.objects.count() == 2

    purge(NOW + HOUR)
    assert list(VectorStore.objects.all()) == [other.vector_store]
    assert list(VectorStoreFile.objects.all()) == [other]
    assert not FileBatch.objects.exists()
    assert File.objects.count() == 3  # deleting a store does not delete its files


def test_only_rows_that_refer_to_a_deleted_store_are_purged(store):
    kept = VectorStoreFactory()
    for each in (store, kept):
        Lexicon.objects.refresh(each.pk, NOW)
        ReembeddingFactory(vector_store=each)
        IndexBuild.objects.want(
            kind=IndexKind.VECTOR,
            store_id=each.pk,
            generation=1,
            dimensions=64,
            chunks=9,
            rebuild=False,
            now=NOW,
        )
    VectorStore.objects.filter(pk=store.pk).update(deleted_at=NOW)

    purge(NOW + HOUR)

    connection.check_constraints()
    for rows in (Lexicon.objects, Reembedding.objects, IndexBuild.objects):
        assert [row.vector_store for row in rows.all()] == [kept]


def test_an_expired_store_loses_its_chunks_but_keeps_its_rows(store):
    store_file = searchable(store, "Wombats dig.")
    VectorStore.objects.update(expires_at=NOW)

    purge(NOW)
    purge(NOW + 1000 * HOUR)

    assert chunk_rows() == (0, 0)
    store_file.refresh_from_db()
    assert (store_file.status, store_file.usage_bytes) == (Status.COMPLETED, 0)
    assert VectorStore.objects.exists()


def test_a_store_is_not_purged_before_it_expires(store):
    searchable(store, "Wombats dig.")
    VectorStore.objects.update(expires_at=NOW + MINUTE)

    assert purge(NOW) == 0


def test_a_deleted_file_loses_its_bytes_at_once_and_its_row_after_an_hour(db):
    kept, gone = FileFactory(), FileFactory()
    path = Path(gone.content.path)
    File.objects.filter(pk=gone.pk).update(deleted_at=NOW)
    assert path.exists()

    purge(NOW)

    assert not path.exists()
    assert Path(kept.content.path).exists()
    gone.refresh_from_db()
    assert gone.content == ""

    purge(NOW + HOUR)
    assert File.objects.get() == kept


def test_missing_bytes_do_not_stop_the_purge(db):
    file = FileFactory(deleted_at=NOW)
    Path(file.content.path).unlink()

    purge(NOW + HOUR)

    assert not File.objects.exists()


def test_an_expired_file_is_deleted_from_all_stores(store):
    other = VectorStoreFactory()
    expired = FileFactory(project=store.project, expires_at=NOW)
    for each in (store, other):
        searchable(each, "Wombats dig.", file=expired)
    FileFactory(expires_at=NOW + MINUTE)

    purge(NOW)

    assert chunk_rows() == (0, 0)
    assert not VectorStoreFile.objects.live().exists()
    expired.refresh_from_db()
    assert (expired.deleted_at, expired.content) == (NOW, "")
    assert File.objects.filter(deleted_at=None).count() == 1


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_old_chunks_of_a_file_that_did_not_complete_again_are_purged(store, status):
    store_file = searchable(store, "Wombats dig.")
    VectorStoreFile.objects.update(status=status)

    purge()

    assert chunk_rows() == (0, 0)
    store_file.refresh_from_db()
    assert (store_file.status, store_file.usage_bytes) == (status, 0)


def test_old_chunks_of_a_file_that_is_ingested_again_stay(store):
    searchable(store, "Wombats dig.")
    VectorStoreFile.objects.all().requeue(NOW)

    assert purge() == 0
    assert chunk_rows() == (1, 1)


def test_many_rows_are_purged_in_slices(store, monkeypatch):
    monkeypatch.setattr(purging, "SLICE", 2)
    for number in range(5):
        searchable(store, f"Wombat {number}.")
    VectorStoreFile.objects.all().remove(NOW)

    assert purge(NOW) == 5
    assert purge(NOW) == 0
    assert purge(NOW + HOUR) == 5

    assert chunk_rows() == (0, 0)
    assert not VectorStoreFile.objects.exists()


def test_purging_again_finds_nothing(store):
    searchable(store, "Wombats dig.")
    VectorStore.objects.update(deleted_at=NOW)
    File.objects.update(deleted_at=NOW)
    purge(NOW + HOUR)

    assert purge(NOW + HOUR) == 0


@pytest.mark.django_db(transaction=True)
def test_simultaneous_purges_do_the_work_once(monkeypatch):
    monkeypatch.setattr(purging, "SLICE", 3)
    store = VectorStoreFactory(project=ProjectFactory())
    for number in range(10):
        searchable(store, f"Wombat {number}.")
    VectorStore.objects.update(deleted_at=NOW)
    File.objects.update(deleted_at=NOW)

    counts = at_once(*[lambda: purge(NOW)] * 3)

    assert sum(counts) == 10 + 10  # chunks of files, bytes of files
    assert chunk_rows() == (0, 0)
    assert not File.objects.exclude(content="").exists()


def test_the_task_purges_with_the_settings(db, settings):
    settings.TOMBSTONE_AGE = MINUTE
    FileFactory(deleted_at=timezone.now() - 2 * MINUTE)
    FileFactory(deleted_at=timezone.now())

    tasks.purge()

    assert File.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_is_left_for_the_next_purge(store):
    searchable(store, "Wombats dig.")
    VectorStoreFile.objects.all().remove(NOW)
    locked, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(VectorStoreFile.objects.select_for_update())
            locked.set()
            done.wait(10)

    def purge_meanwhile() -> int:
        locked.wait(10)
        try:
            return purge()
        finally:
            done.set()

    _, count = at_once(hold, purge_meanwhile)

    assert count == 0
    assert purge() == 1
