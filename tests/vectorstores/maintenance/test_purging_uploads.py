"""Purging uploads that have ended: bytes at once, rows an hour later."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from tests.factories import FileFactory, StoreFileFactory, UploadFactory, UploadPartFactory
from tests.vectorstores.storage import stored_names
from vectorstores import maintenance, services
from vectorstores.ids import UPLOAD_PART
from vectorstores.maintenance import purging
from vectorstores.models import File, Upload, UploadPart, VectorStoreFile

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)

ENDED = [
    {"completed_at": NOW},
    {"cancelled_at": NOW},
    {"created_at": NOW - HOUR},
]


def purge(now: datetime = NOW) -> int:
    return maintenance.purge(now, tombstone_age=HOUR)


def test_the_parts_of_a_pending_upload_stay(db):
    upload = UploadFactory(created_at=NOW - HOUR + SECOND)
    UploadPartFactory(upload=upload)
    UploadPartFactory(upload=upload, content="", created_at=NOW - 2 * HOUR)

    assert purge() == 0


@pytest.mark.parametrize("ended", ENDED, ids=["completed", "cancelled", "expired"])
def test_the_parts_of_an_upload_that_has_ended_are_purged_at_once(db, ended):
    upload = UploadFactory(**{"created_at": NOW, **ended})
    UploadPartFactory.create_batch(3, upload=upload)
    other = UploadPartFactory(upload__created_at=NOW)

    assert purge() == 3

    assert stored_names(upload.project) == set()
    assert list(UploadPart.objects.all()) == [other]
    assert Upload.objects.count() == 2


@pytest.mark.parametrize("ended", ENDED, ids=["completed", "cancelled", "expired"])
def test_the_row_of_an_upload_stays_for_an_hour_after_its_lifetime(db, ended):
    upload = UploadFactory(**{"created_at": NOW, **ended})

    purge(upload.created_at + 2 * HOUR - SECOND)
    assert Upload.objects.exists()

    purge(upload.created_at + 2 * HOUR)
    assert not Upload.objects.exists()


def test_the_file_of_an_upload_stays(db):
    upload = UploadFactory(created_at=NOW)
    part = UploadPartFactory(upload=upload)
    file = services.complete_upload(
        upload=upload, part_ids=[UPLOAD_PART.parse(part.public_id)], md5=None, clock=lambda: NOW
    ).file

    purge(NOW + 1000 * HOUR)

    assert File.objects.get() == file
    assert stored_names(upload.project) == {file.content.name}


def test_a_file_can_be_purged_before_its_upload(db):
    upload = UploadFactory(created_at=NOW, completed_at=NOW, file=FileFactory(deleted_at=NOW))
    Upload.objects.update(expires_at=NOW + 5 * HOUR)

    purge(NOW + HOUR)

    upload.refresh_from_db()
    assert upload.file is None
    assert not File.objects.exists()


def test_an_upload_with_an_arriving_part_is_purged_after_an_hour(db):
    upload = UploadFactory(created_at=NOW, cancelled_at=NOW)
    arrived = UploadPartFactory(upload=upload, created_at=NOW)
    arriving = UploadPartFactory(upload=upload, content="", created_at=NOW)
    Path(default_storage.path(arriving.location)).parent.mkdir(parents=True, exist_ok=True)
    Path(default_storage.path(arriving.location)).write_bytes(b"as far as it came")

    assert purge(NOW + HOUR - SECOND) == 0
    assert stored_names(upload.project) == {arrived.content.name, arriving.location}

    assert purge(NOW + HOUR) == 2
    assert stored_names(upload.project) == set()


def test_missing_bytes_do_not_stop_the_purge(db):
    part = UploadPartFactory(upload__created_at=NOW - HOUR)
    Path(part.content.path).unlink()

    assert purge() == 1


def test_many_parts_are_purged_in_slices(db, monkeypatch):
    monkeypatch.setattr(purging, "SLICE", 2)
    upload = UploadFactory(created_at=NOW, cancelled_at=NOW)
    UploadPartFactory.create_batch(5, upload=upload)

    assert purge() == 5
    assert purge() == 0
    assert stored_names(upload.project) == set()


@pytest.mark.parametrize("refused", ["file", "part"])
def test_everything_else_is_purged_if_the_storage_refuses_one_file(store, monkeypatch, refused):
    part = UploadPartFactory(upload__created_at=NOW - HOUR)
    file = FileFactory(deleted_at=NOW)
    removed = StoreFileFactory(vector_store=store, deleted_at=NOW - HOUR)
    old = UploadFactory(created_at=NOW - 2 * HOUR)
    wanted = {"file": file.content.name, "part": part.content.name}[refused]
    delete = FileSystemStorage.delete

    def refusing(storage: FileSystemStorage, name: str) -> None:
        if name == wanted:
            raise PermissionError(name)
        delete(storage, name)

    with monkeypatch.context() as patch, pytest.raises(PermissionError):
        patch.setattr(FileSystemStorage, "delete", refusing)
        purge()

    assert not VectorStoreFile.objects.filter(pk=removed.pk).exists()
    assert not Upload.objects.filter(pk=old.pk).exists()
    assert File.objects.filter(pk=file.pk).exclude(content="").exists() is (refused == "file")
    assert UploadPart.objects.exists() is (refused == "part")
    assert purge() == 1
