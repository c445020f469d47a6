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


def test_expired_files_are_to_be_deleted_once(db):
    expired = FileFactory(expires_at=NOW)
    FileFactory(expires_at=NOW, deleted_at=NOW)
    FileFactory(expires_at=NOW + SECOND)
    FileFactory()

    assert list(File.objects.expired(NOW)) == [expired]


def test_bytes_are_deleted_of_deleted_files(db):
    deleted = FileFactory(deleted_at=NOW)
    FileFactory(deleted_at=NOW, content="")
    FileFactory()

    assert list(File.objects.with_bytes_to_delete()) == [deleted]


def test_the_users_name_is_no_part_of_where_the_bytes_lie(db):
    file = FileFactory(filename="../../secret")

    assert file.content.name == f"{file.project.pk.hex}/{file.pk.hex[-2:]}/{file.pk.hex}"
