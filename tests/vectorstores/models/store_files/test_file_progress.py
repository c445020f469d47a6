"""The progress of a file in a store."""

import pytest
from django.conf import settings
from django.utils import timezone

from tests.factories import StoreFileFactory
from tests.vectorstores.claims import claim
from vectorstores.models import Status, VectorStoreFile
from vectorstores.models.store_files.store_file import FileProgress, Stage


def test_a_waiting_file_has_no_chunks(db):
    assert StoreFileFactory().progress == FileProgress("waiting", 0, None)


def test_the_total_is_unknown_while_a_file_is_parsed(db):
    store_file = StoreFileFactory(stage=Stage.PARSING)

    assert store_file.progress == FileProgress("parsing", 0, None)


def test_a_claimed_file_is_being_parsed(db):
    store_file = StoreFileFactory()
    now = timezone.now()
    assert claim(store_file, now, settings.INGEST_LEASE)
    claimed = VectorStoreFile.objects.get()
    assert store_file.postpone(now)

    assert claimed.progress == FileProgress("parsing", 0, None)
    assert VectorStoreFile.objects.get().progress == FileProgress("waiting", 0, None)


@pytest.mark.parametrize("stage", [Stage.EMBEDDING, Stage.PUBLISHING])
def test_progress_is_what_the_worker_has_recorded(db, stage):
    store_file = StoreFileFactory()
    now = timezone.now()
    assert claim(store_file, now, settings.INGEST_LEASE)
    assert store_file.renew(
        now, settings.INGEST_LEASE, stage=stage, chunks_done=12, chunks_total=40
    )

    store_file.refresh_from_db()

    assert store_file.progress == FileProgress(str(stage), 12, 40)


def test_a_completed_file_has_all_its_chunks(db):
    store_file = StoreFileFactory(status=Status.COMPLETED, chunks_done=40, chunks_total=40)

    assert store_file.progress == FileProgress("completed", 40, 40)


def test_the_total_of_a_completed_file_without_chunks_is_null(db):
    store_file = StoreFileFactory(status=Status.COMPLETED)

    assert store_file.progress == FileProgress("completed", 0, None)


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_a_failed_or_cancelled_file_has_no_chunks(db, status):
    store_file = StoreFileFactory(status=status, chunks_done=12, chunks_total=40)

    assert store_file.progress == FileProgress(str(status), 0, None)


def test_a_requeued_file_has_no_chunks(db):
    StoreFileFactory(status=Status.COMPLETED, chunks_done=40, chunks_total=40)
    VectorStoreFile.objects.all().requeue(timezone.now())

    assert VectorStoreFile.objects.get().progress == FileProgress("waiting", 0, None)
