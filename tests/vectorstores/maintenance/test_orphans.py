"""Bytes that no row names are removed, unless the database is more likely wrong."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tests.factories import FileFactory, UploadPartFactory
from vectorstores.maintenance import orphans, remove_orphans
from vectorstores.models import Project
from vectorstores.models.files import location

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path: Path) -> None:
    storage = settings.STORAGES["default"]
    options = {**storage.get("OPTIONS", {}), "location": str(tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": options}}


def store_bytes(project: Project) -> str:
    return default_storage.save(location(project.pk, uuid4()), ContentFile(b"text"))


def test_bytes_without_a_row_are_removed_after_a_day(project):
    name = store_bytes(project)

    assert remove_orphans(timezone.now() + DAY - timedelta(minutes=1)) == 0
    assert remove_orphans(timezone.now() + DAY + timedelta(minutes=1)) == 1

    assert not default_storage.exists(name)


def test_bytes_with_a_row_stay(project):
    names = [
        FileFactory(project=project).content.name,
        FileFactory(project=project, deleted_at=timezone.now()).content.name,
        UploadPartFactory(upload__project=project).content.name,
    ]

    assert remove_orphans(timezone.now() + 2 * DAY) == 0

    assert all(default_storage.exists(name) for name in names)


def test_files_of_others_in_the_same_directory_stay(project, tmp_path: Path):
    names = ["notes.txt", f"{project.pk.hex}/ab/notes.txt", f"{uuid4()}/ab/{uuid4().hex}", "x/y/z"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
        os.utime(path, (0, 0))

    assert remove_orphans(timezone.now()) == 0

    assert all((tmp_path / name).exists() for name in names)


def test_nothing_is_removed_if_so_much_has_no_row(project, caplog, monkeypatch):
    monkeypatch.setattr(orphans, "MOST_ORPHANS", 3)
    names = [store_bytes(project) for _ in range(4)]

    assert remove_orphans(timezone.now() + 2 * DAY) == 0

    assert all(default_storage.exists(name) for name in names)
    assert "4 of 4 stored objects have no row" in caplog.text


def test_an_empty_storage_has_no_orphans(db):
    assert remove_orphans(timezone.now()) == 0
