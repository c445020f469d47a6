from datetime import UTC, datetime, timedelta

from tests.factories import FileFactory
from vectorstores.models import File

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_live_files_are_neither_deleted_nor_expired(db):
    forever = FileFactory()
    not_yet = FileFactory(expires_at=NOW + SECOND)
    FileFactory(expires_at=NOW)
    FileFactory(deleted_at=NOW)

    assert set(File.objects.live(NOW)) == {forever, not_yet}
    assert {file for file in File.objects.all() if file.is_live(NOW)} == {forever, not_yet}


def test_expired_files_are_those_not_deleted_yet(db):
    expired = FileFactory(expires_at=NOW)
    FileFactory(expires_at=NOW, deleted_at=NOW)
    FileFactory(expires_at=NOW + SECOND)
    FileFactory()

    assert list(File.objects.expired(NOW)) == [expired]


def test_only_deleted_files_have_bytes_to_delete(db):
    deleted = FileFactory(deleted_at=NOW)
    FileFactory(deleted_at=NOW, content="")
    FileFactory()

    assert list(File.objects.with_bytes_to_delete()) == [deleted]


def test_the_storage_name_does_not_contain_the_file_name(db):
    file = FileFactory(filename="../../secret")

    assert file.content.name == f"{file.project.pk.hex}/{file.pk.hex[-2:]}/{file.pk.hex}"
