"""Adding and joining parts, with interruptions, races and a killed process."""

import os
import signal
import subprocess
import sys
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.factories import UploadFactory, UploadPartFactory
from tests.vectorstores.storage import fails, halfway, stored_names
from tests.vectorstores.threads import at_once
from vectorstores import maintenance, services
from vectorstores.errors import BytesLost, TooManyParts, UploadNotFound, UploadNotPending
from vectorstores.ids import UPLOAD_PART, PublicId
from vectorstores.models import File, Upload, UploadPart

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

committed = pytest.mark.django_db(transaction=True)


def upload_of(*texts: str) -> Upload:
    size = sum(map(len, texts))
    upload = UploadFactory(created_at=NOW, filename="wombats.txt", bytes=size)
    for text in texts:
        UploadPartFactory(upload=upload, text=text, created_at=NOW)
    return upload


def part_ids(upload: Upload) -> list[PublicId]:
    parts = upload.parts.arrived().order_by("pk")
    return [UPLOAD_PART.parse(part.public_id) for part in parts]


def complete(upload: Upload) -> Upload:
    return services.complete_upload(
        upload=upload, part_ids=part_ids(upload), md5=None, clock=lambda: NOW
    )


def add_part(upload: Upload, content: bytes = b"more") -> UploadPart:
    data = SimpleUploadedFile("upload", content)
    return services.add_part(upload=upload, data=data, now=NOW)


def cancel(upload: Upload) -> bool:
    try:
        services.cancel_upload(upload=copy(upload), now=NOW)
    except UploadNotPending:
        return False
    return True


def purge(now: datetime = NOW) -> int:
    return maintenance.purge(now, tombstone_age=HOUR)


def expected_names(upload: Upload) -> set[str]:
    """Return the names under which the storage should have the upload's parts."""
    return {part.content.name for part in upload.parts.all()}


# --- in sequence ------------------------------------------------------------------------------


def test_a_joined_file_has_its_bytes_in_the_usual_place(db):
    file = complete(upload_of("Wombats", " dig.")).file

    assert file.content.name == f"{file.project_id.hex}/{file.pk.hex[-2:]}/{file.pk.hex}"
    assert Path(file.content.path).read_bytes() == b"Wombats dig."
    assert File.objects.get() == file


def test_a_completed_upload_records_its_parts_and_checksum(db):
    upload = complete(upload_of("Wombats", " dig."))

    assert upload.completed_at == NOW
    assert upload.part_ids == list(upload.parts.order_by("pk").values_list("pk", flat=True))
    assert upload.md5 == "c0adfc3c6b2abe92d3d6d8cb30cefb7b"


@pytest.mark.parametrize("error", [OSError("No space left on device"), KeyboardInterrupt()])
def test_an_interrupted_join_leaves_the_upload_unchanged(db, monkeypatch, error):
    upload = upload_of("Wombats", " dig.")
    halfway(monkeypatch, fails(error))

    with pytest.raises(type(error)):
        complete(upload)

    assert not File.objects.exists()
    assert stored_names(upload.project) == expected_names(upload)
    assert complete(upload).status(NOW) == "completed"


def test_parts_with_lost_bytes_are_not_joined(db):
    upload = upload_of("Wombats", " dig.")
    Path(upload.parts.first().content.path).write_bytes(b"Wom")

    with pytest.raises(BytesLost, match="no longer has the bytes"):
        complete(upload)

    assert upload.status(NOW) == "pending"
    assert not File.objects.exists()
    assert stored_names(upload.project) == expected_names(upload)


def test_cancelling_wins_over_a_join_that_has_not_finished(db, monkeypatch):
    upload = upload_of("Wombats", " dig.")
    halfway(monkeypatch, lambda: cancel(upload))

    with pytest.raises(UploadNotPending, match="was cancelled"):
        complete(upload)

    assert not File.objects.exists()
    assert stored_names(upload.project) == expected_names(upload)


def test_a_join_that_began_in_time_finishes_after_the_upload_has_expired(db, monkeypatch):
    upload = upload_of("Wombats", " dig.")
    later, purged = NOW + timedelta(minutes=10), []
    Upload.objects.update(expires_at=NOW + timedelta(seconds=1))
    halfway(monkeypatch, lambda: purged.append(purge(later)))

    file = complete(upload).file

    assert purged == [0]  # because the parts are still being read
    assert Path(file.content.path).read_bytes() == b"Wombats dig."
    assert purge(later) == 2


def test_a_part_whose_upload_is_cancelled_while_it_arrives_is_purged(db, monkeypatch):
    upload = upload_of()
    halfway(monkeypatch, lambda: [cancel(upload), purge()])

    part = add_part(upload)

    assert stored_names(upload.project) == {part.content.name}
    assert purge() == 1
    assert stored_names(upload.project) == set()


def test_a_part_that_arrives_after_its_row_was_purged_is_refused(db, monkeypatch):
    upload = upload_of()
    halfway(monkeypatch, lambda: purge(NOW + HOUR))

    with pytest.raises(UploadNotPending, match="has expired"):
        add_part(upload)

    assert not UploadPart.objects.exists()


@pytest.mark.parametrize("change", [complete, add_part, cancel])
def test_an_upload_that_was_purged_meanwhile_is_not_found(db, change):
    upload = UploadFactory(created_at=NOW)
    Upload.objects.all().delete()

    with pytest.raises(UploadNotFound, match=f"No such Upload object: {upload.public_id}"):
        change(upload)


def test_an_upload_that_is_purged_while_it_is_joined_is_not_found(db, monkeypatch):
    upload = upload_of("Wombats", " dig.")
    halfway(monkeypatch, Upload.objects.all().delete)

    with pytest.raises(UploadNotFound):
        complete(upload)

    assert not File.objects.exists()


# --- simultaneously ---------------------------------------------------------------------------


@committed
def test_simultaneous_parts_are_all_stored():
    upload = UploadFactory(created_at=NOW, bytes=8)

    parts = at_once(*(lambda n=n: add_part(upload, b"%d" % n) for n in range(8)))
    services.complete_upload(
        upload=upload,
        part_ids=[UPLOAD_PART.parse(part.public_id) for part in parts],
        md5=None,
        clock=lambda: NOW,
    )

    assert Path(File.objects.get().content.path).read_bytes() == b"01234567"


@committed
def test_simultaneous_parts_do_not_exceed_the_limit(settings):
    settings.MAX_PART_BYTES = 10
    upload = UploadFactory(created_at=NOW, bytes=10)  # so the upload accepts 40 bytes

    def add() -> bool:
        try:
            add_part(upload, b"x" * 10)
        except TooManyParts:
            return False
        return True

    assert at_once(*[add] * 8).count(True) == 4


@committed
def test_simultaneous_completions_create_one_file():
    upload = upload_of("Wombats", " dig.")

    ended = at_once(*[lambda: complete(Upload.objects.get(pk=upload.pk)).file_id] * 4)

    assert set(ended) == {File.objects.get().pk}
    assert stored_names(upload.project) == expected_names(upload) | {
        File.objects.get().content.name
    }


@committed
def test_a_cancellation_and_a_completion_never_both_win():
    for _ in range(10):
        upload = upload_of("Wombats", " dig.")

        def publish(upload: Upload = upload) -> bool:
            try:
                complete(Upload.objects.get(pk=upload.pk))
            except UploadNotPending:
                return False
            return True

        completed, cancelled = at_once(publish, lambda upload=upload: cancel(upload))

        upload.refresh_from_db()
        assert completed is not cancelled
        assert upload.status(NOW) == ("completed" if completed else "cancelled")
        assert File.objects.filter(pk=upload.file_id).exists() is completed
        purge()
        assert len(stored_names(upload.project)) == completed


@committed
def test_cancelling_while_a_part_arrives_leaves_no_bytes():
    for _ in range(10):
        upload = UploadFactory(created_at=NOW)

        def add(upload: Upload = upload) -> bool:
            try:
                add_part(upload)
            except UploadNotPending:
                return False
            return True

        at_once(add, lambda upload=upload: cancel(upload), purge)

        purge()
        assert stored_names(upload.project) == set()
        assert not UploadPart.objects.exists()


# --- a process that is killed -----------------------------------------------------------------

KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import django
django.setup()
from django.core.files.storage import default_storage
from vectorstores import services
from vectorstores.ids import UPLOAD_PART
from vectorstores.models import Upload

def save(name, content):
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.read(5))
    os.kill(os.getpid(), signal.SIGKILL)

default_storage._save = save
upload, part_ids = Upload.objects.get(), [UPLOAD_PART.parse(each) for each in sys.argv[2:]]
now = datetime.fromisoformat(sys.argv[1])
services.complete_upload(upload=upload, part_ids=part_ids, md5=None, clock=lambda: now)
"""


@committed
def test_an_upload_can_be_completed_after_a_process_was_killed_joining_it():
    upload = upload_of("Wombats", " dig.")
    url = urlsplit(os.environ["DATABASE_URL"])
    database = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "-c", KILLED, NOW.isoformat()]
    command += [part_id.text for part_id in part_ids(upload)]
    env = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}

    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not File.objects.exists()
    stray = stored_names(upload.project) - expected_names(upload)
    assert len(stray) == 1
    file = complete(upload).file
    assert Path(file.content.path).read_bytes() == b"Wombats dig."
    purge(NOW + HOUR)
    assert stored_names(upload.project) == {file.content.name}
