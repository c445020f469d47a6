import hashlib
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories import FileFactory, VectorStoreFactory
from tests.vectorstores.published import searchable
from tests.vectorstores.storage import halfway
from vectorstores import services
from vectorstores.models import File, VectorStoreFile


def test_bytes_and_their_digest_are_stored(project, settings):
    content = b"Wombats dig.\n" * 50_000  # more than one piece

    file = services.upload_file(
        project=project,
        upload=SimpleUploadedFile("a.txt", content),
        purpose="assistants",
        expires_after=None,
        clock=timezone.now,
    )

    assert Path(file.content.path).read_bytes() == content
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert file.bytes == len(content)
    assert File.objects.get() == file


def test_a_file_is_dated_once_its_bytes_are_stored(project, monkeypatch):
    kept_at = []
    halfway(monkeypatch, lambda: kept_at.append(timezone.now()))

    file = services.upload_file(
        project=project,
        upload=SimpleUploadedFile("a.txt", b"Wombats dig."),
        purpose="assistants",
        expires_after=timedelta(hours=1),
        clock=timezone.now,
    )

    assert file.created_at > kept_at[0]
    assert file.expires_at == file.created_at + timedelta(hours=1)


def test_deleting_takes_only_this_file_out_of_all_stores(project):
    file, other = FileFactory.create_batch(2, project=project)
    for _ in range(2):
        store = VectorStoreFactory(project=project)
        searchable(store, "Wombats dig.", file=file)
        searchable(store, "Puffins fly.", file=other)

    services.delete_file(file=file, now=timezone.now())

    assert {row.file_id for row in VectorStoreFile.objects.live()} == {other.pk}
    assert File.objects.filter(deleted_at=None).get() == other


def test_deleting_keeps_the_bytes_until_the_purge(project):
    file = FileFactory(project=project)

    services.delete_file(file=file, now=timezone.now())

    assert Path(file.content.path).exists()
