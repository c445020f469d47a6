import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from config.celery import load_parsers
from ingestion.sandbox import get_sandbox
from ingestion.spool import on_disk, remove_left_copies
from tests.factories import FileFactory
from vectorstores.errors import BytesLost
from vectorstores.models import File


class Elsewhere(Storage):
    """Has no paths, as S3's has none."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def exists(self, name: str) -> bool:
        return name in self._contents

    def _save(self, name: str, content: ContentFile) -> str:
        self._contents[name] = content.read()
        return name

    def delete(self, name: str) -> None:
        del self._contents[name]

    def _open(self, name: str, mode: str) -> ContentFile:
        return ContentFile(self._contents[name])


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty directory for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(directory: Path, name: str, age: timedelta) -> Path:
    path = directory / name
    path.write_text("a copy")
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.mark.django_db
def test_a_file_on_disk_is_read_in_place(temporary: Path):
    file = FileFactory(text="the text")

    with on_disk(file) as path:
        assert path.read_text() == "the text"
        assert path == Path(file.content.path)

    assert not list(temporary.glob("vectorstores-*"))


@pytest.mark.django_db
def test_a_file_elsewhere_is_copied_under_our_name_and_the_copy_goes(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(File._meta.get_field("content"), "storage", Elsewhere())
    file = FileFactory(text="the text")

    with on_disk(file) as path:
        assert path.read_text() == "the text"
        assert (path.parent, path.name.startswith("vectorstores-copy-")) == (temporary, True)

    assert not path.exists()


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize(("text", "lost"), [("the te", "6 of its 8 bytes"), ("THE TEXT", "other")])
@pytest.mark.django_db
def test_bytes_that_are_not_those_uploaded_are_never_read(
    monkeypatch: pytest.MonkeyPatch, text: str, lost: str, elsewhere: bool
):
    if elsewhere:
        monkeypatch.setattr(File._meta.get_field("content"), "storage", Elsewhere())
    file = FileFactory(text="the text")
    file.content.storage.delete(file.content.name)
    file.content.storage.save(file.content.name, ContentFile(text.encode()))

    with pytest.raises(BytesLost) as error, on_disk(file):
        pass

    assert lost in error.value.reason


@pytest.mark.django_db
def test_bytes_that_are_gone_are_lost_and_not_empty():
    file = FileFactory(text="the text")
    Path(file.content.path).unlink()

    with pytest.raises(BytesLost), on_disk(file):
        pass


def test_copies_that_no_process_can_be_reading_are_removed(settings, temporary: Path):
    longest = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    stale = left(temporary, "vectorstores-copy-stale", longest + timedelta(minutes=11))
    kept = {
        left(temporary, "vectorstores-copy-read", longest + timedelta(minutes=9)),
        left(temporary, "vectorstores-copy-new", timedelta(0)),
        left(temporary, "of-another-program", timedelta(days=30)),
    }

    remove_left_copies(NOW)

    assert not stale.exists()
    assert set(temporary.iterdir()) == kept


def test_a_worker_process_removes_them_when_it_starts(temporary: Path):
    stale = left(temporary, "vectorstores-copy-stale", timedelta(days=1000))

    load_parsers()

    get_sandbox().stop()
    assert not stale.exists()
