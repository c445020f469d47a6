"""Uploaded files: bytes in the storage, and one row for each."""

import logging
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from vectorstores import errors, ids
from vectorstores.models.projects import Project

log = logging.getLogger(__name__)


class Purpose(models.TextChoices):
    ASSISTANTS = "assistants"
    BATCH = "batch"
    FINE_TUNE = "fine-tune"
    VISION = "vision"
    USER_DATA = "user_data"
    EVALS = "evals"


def location(project_id: UUID, pk: UUID) -> str:
    """Return the name under which the storage keeps the bytes of a row."""
    return f"{project_id.hex}/{pk.hex[-2:]}/{pk.hex}"


def open_checked(row: Any) -> FieldFile:
    """Open the stored bytes of a row that has `content`, `bytes` and a `public_id`.

    Raises BytesLost if they are missing, or not as many as were uploaded.
    """
    try:
        content: FieldFile = row.content.open("rb")
    except FileNotFoundError:
        raise _lost(row, "the storage does not have its bytes") from None
    # `content.size` would ask a bucket once more.
    if (size := content.file.size) != row.bytes:
        content.close()
        raise _lost(row, f"the storage has {size:,} of its {row.bytes:,} bytes")
    return content


def _lost(row: Any, reason: str) -> errors.BytesLost:
    log.error("%s, stored as %s: %s.", row.public_id, row.content.name, reason)
    return errors.BytesLost(row.public_id, reason)


def storage_name(file: "File", filename: str) -> str:
    """Name the bytes without the user's file name, because that is data and never a path."""
    return location(file.project_id, file.pk)


class FileQuerySet(models.QuerySet["File"]):
    def in_project(self, project: Project) -> Self:
        return self.filter(project=project)

    def live(self, now: datetime) -> Self:
        """Select files that are neither deleted nor expired."""
        unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.filter(unexpired, deleted_at=None)

    def expired(self, now: datetime) -> Self:
        """Select files that have expired and are not deleted yet."""
        return self.filter(deleted_at=None, expires_at__lte=now)

    def deleted(self, before: datetime) -> Self:
        return self.filter(deleted_at__lte=before)

    def with_bytes_to_delete(self) -> Self:
        return self.filter(deleted_at__isnull=False).exclude(content="")


class File(models.Model):
    """Uploaded bytes and their name. Attaching it to stores makes it searchable."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="files", db_index=False
    )
    filename = models.TextField()
    purpose = models.CharField(max_length=20, choices=Purpose)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to=storage_name, max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = FileQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["project", "created_at", "id"], name="file_page"),
            models.Index(
                fields=["deleted_at"],
                name="file_deleted",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["expires_at"],
                name="file_expires",
                condition=models.Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def public_id(self) -> str:
        return ids.FILE.encode(self.pk)

    def open_content(self) -> FieldFile:
        """Open the file's bytes. Raises BytesLost if they are missing or too few."""
        return open_checked(self)

    def check_digest(self, sha256: str) -> None:
        """Raise BytesLost unless this is the SHA-256 of the bytes that were uploaded."""
        if sha256 != self.sha256:
            raise _lost(self, "the storage has other bytes than were uploaded")

    def is_live(self, now: datetime) -> bool:
        """Return whether `live()` would select this file."""
        return self.deleted_at is None and (self.expires_at is None or self.expires_at > now)
