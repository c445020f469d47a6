"""Uploading and deleting files."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from vectorstores import errors
from vectorstores.models import File, Project
from vectorstores.models.files import Purpose

Clock = Callable[[], datetime]

BATCH_FILE_BYTES = 200 * 1024**2
BATCH_FILE_EXPIRES_AFTER = timedelta(days=30)  # unless the request says otherwise


def upload_file(
    *,
    project: Project,
    upload: UploadedFile,
    purpose: str,
    expires_after: timedelta | None,
    clock: Clock,
) -> File:
    """Store the bytes, then the row, so that a crash leaves no row without its bytes.

    The file is dated once its bytes are stored, so that a client that pages through the list finds
    it after the files it has read. Raises NotABatchFile or BatchFileTooLarge.
    """
    filename, size = upload.name or "upload", upload.size or 0
    check_purpose(purpose=purpose, filename=filename, size=size)
    sha256 = hashlib.sha256()
    for piece in upload.chunks():
        sha256.update(piece)
    file = File(
        project=project,
        filename=filename,
        purpose=purpose,
        bytes=size,
        sha256=sha256.hexdigest(),
    )
    file.content.save(file.filename, upload, save=False)
    file.created_at = clock()
    file.expires_at = expires_at(purpose=purpose, expires_after=expires_after, now=file.created_at)
    file.save(force_insert=True)
    return file


def check_purpose(*, purpose: str, filename: str, size: int) -> None:
    """Check a file for the Batch API by OpenAI's rules. Raises NotABatchFile, BatchFileTooLarge."""
    if purpose == Purpose.BATCH and not filename.lower().endswith(".jsonl"):
        raise errors.NotABatchFile
    if purpose == Purpose.BATCH and size > BATCH_FILE_BYTES:
        raise errors.BatchFileTooLarge


def expires_at(*, purpose: str, expires_after: timedelta | None, now: datetime) -> datetime | None:
    """Return when a file expires: as requested, else by its purpose. None if never."""
    if expires_after is None and purpose == Purpose.BATCH:
        expires_after = BATCH_FILE_EXPIRES_AFTER
    return now + expires_after if expires_after is not None else None


@transaction.atomic
def delete_file(*, file: File, now: datetime) -> None:
    """Delete a file and take it out of all stores."""
    File.objects.filter(pk=file.pk, deleted_at=None).update(deleted_at=now)
    file.store_files.all().remove(now)
