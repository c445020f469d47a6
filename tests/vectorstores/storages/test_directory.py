"""Files in a directory: on disk for good once they are saved."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.client import ApiClient
from vectorstores.models import File
from vectorstores.storage.directory import DirectoryStorage


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths that fsync is called for from now on."""
    paths: list[str] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        paths.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    return paths


def test_a_saved_file_and_the_directories_above_it_are_on_disk(tmp_path: Path, synced: list[str]):
    storage = DirectoryStorage(location=tmp_path / "files")

    storage.save("project/ab/name", ContentFile(b"text"))

    files = tmp_path / "files"
    below = [files / "project/ab/name", files / "project/ab", files / "project", files]
    assert synced == [str(path) for path in below]
    assert (files / "project/ab/name").read_bytes() == b"text"


def test_a_file_is_on_disk_before_its_row_is_written(
    api: ApiClient, synced: list[str], monkeypatch: pytest.MonkeyPatch
):
    save = File.save

    def note(file: File, **options: Any) -> None:
        synced.append("row")
        save(file, **options)

    monkeypatch.setattr(File, "save", note)
    form = {"file": ContentFile(b"text", "a.txt"), "purpose": "assistants"}

    response = api.post("/v1/files", form, format="multipart")

    assert response.status_code == 200
    assert synced.index("row") == len(synced) - 1 > 3
