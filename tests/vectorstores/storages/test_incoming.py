"""Uploads while they arrive, and what a killed server leaves of them."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from config.storage_url import incoming_directory, storages_from_url
from vectorstores.storage.incoming import remove_left_uploads

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def incoming(settings: Any, tmp_path: Path) -> Path:
    directory = tmp_path / "files" / ".incoming"
    settings.INCOMING_DIR = str(directory)
    return directory


def left(directory: Path, name: str, age: timedelta) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text("half of a file")
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_an_upload_arrives_in_a_directory_that_is_made_for_it(api, incoming):
    form = {"file": ContentFile(b"text", "a.txt"), "purpose": "assistants"}

    assert api.post("/v1/files", form, format="multipart").status_code == 200

    assert list(incoming.iterdir()) == []


def test_uploads_of_a_killed_server_are_removed_and_those_that_go_on_are_kept(incoming):
    stale = left(incoming, "upload-1", timedelta(minutes=61))
    arriving = left(incoming, "upload-2", timedelta(minutes=59))
    foreign = left(incoming, "notes.txt", timedelta(days=9))

    assert remove_left_uploads(NOW) == 1

    assert [path.exists() for path in (stale, arriving, foreign)] == [False, True, True]


def test_nothing_is_removed_before_anything_arrived(incoming):
    assert remove_left_uploads(NOW) == 0


def test_uploads_to_a_bucket_arrive_in_the_machines_own_directory(settings):
    settings.INCOMING_DIR = None

    assert incoming_directory(storages_from_url("s3://bucket/files")) is None
    assert remove_left_uploads(NOW) == 0


@pytest.mark.parametrize("url", ["file:///srv/files", "file:///srv/files/"])
def test_uploads_to_a_directory_arrive_beside_its_files(url):
    assert incoming_directory(storages_from_url(url)) == "/srv/files/.incoming"
