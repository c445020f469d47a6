"""Uploads: files that are sent in parts.

    pending ─▶ completed    the parts are joined and the file is created, in one transaction
       ├─────▶ cancelled
       └─────▶ expired      by the clock alone, an hour after its creation

A part's row is written before its bytes are stored, so that the purge finds all bytes by their row,
whatever was interrupted. The row's `content` is empty until the bytes have arrived. The joined
bytes start as such a row too, and become a file.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from vectorstores import errors, ids
from vectorstores.models.files import File, Purpose, location, open_checked
from vectorstores.models.projects import Project

LIFETIME = timedelta(hours=1)


class UploadQuerySet(models.QuerySet["Upload"]):
    def in_project(self, project: Project) -> Self:
        return self.filter(project=project)

    def pending(self, now: datetime) -> Self:
        return self.filter(completed_at=None, cancelled_at=None, expires_at__gt=now)

    def closed(self, now: datetime) -> Self:
        """Select completed, cancelled and expired uploads, whose parts can be purged."""
        ended = Q(completed_at__isnull=False) | Q(cancelled_at__isnull=False)
        return self.filter(ended | Q(expires_at__lte=now))

    def expired(self, before: datetime) -> Self:
        """Select uploads whose hour has passed, whether completed, cancelled or neither."""
        return self.filter(expires_at__lte=before)

    def remembered(self, since: datetime) -> Self:
        """Select the uploads that are not `expired(since)`, which the purge keeps."""
        return self.filter(expires_at__gt=since)

    def with_received(self) -> Self:
        """Annotate each upload with `.received_parts` and `.received_bytes` not purged yet."""
        arrived = ~Q(parts__content="")
        return self.annotate(
            received_parts=Count("parts", filter=arrived),
            received_bytes=Sum("parts__bytes", filter=arrived, default=0),
        )


class Upload(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="uploads")
    filename = models.TextField()
    purpose = models.CharField(max_length=20, choices=Purpose)
    bytes = models.BigIntegerField()
    mime_type = models.TextField()
    expires_after = models.DurationField(null=True)  # of the file, from its creation
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, editable=False)
    completed_at = models.DateTimeField(null=True, editable=False)
    # The parameters of the request that completed it, so that a repetition is recognised.
    part_ids = ArrayField(models.UUIDField(), default=list, editable=False)
    md5 = models.CharField(max_length=32, blank=True, editable=False)
    file = models.OneToOneField(
        File, on_delete=models.SET_NULL, null=True, related_name="upload", editable=False
    )

    received_parts: int  # set by `with_received()`
    received_bytes: int

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="upload_expires")]

    def __str__(self) -> str:
        return self.filename

    @property
    def public_id(self) -> str:
        return ids.UPLOAD.encode(self.pk)

    def status(self, now: datetime) -> str:
        if self.completed_at is not None:
            return "completed"
        if self.cancelled_at is not None:
            return "cancelled"
        return "expired" if self.expires_at <= now else "pending"

    def check_pending(self, now: datetime) -> None:
        """Raise UploadNotPending if it is completed, cancelled or expired."""
        status = self.status(now)
        if status != "pending":
            raise errors.UploadNotPending(self.public_id, status)

    def was_completed_with(self, part_ids: list[UUID], md5: str | None) -> bool:
        """Return whether a request with these parameters has completed it already."""
        is_same = self.part_ids == part_ids and md5 in (None, self.md5)
        return self.completed_at is not None and is_same

    # --- the state machine: each returns False if the upload is no longer pending ------------

    def cancel(self, now: datetime) -> bool:
        return Upload.objects.pending(now).filter(pk=self.pk).update(cancelled_at=now) == 1

    def complete(
        self,
        now: datetime,
        *,
        asked_at: datetime,
        file: File,
        parts: Sequence["UploadPart"],
        md5: str,
    ) -> bool:
        """Complete the upload. Call it in the transaction that publishes the file.

        It has to be pending at `asked_at`, when the request came, and may have expired since.
        """
        part_ids = [part.pk for part in parts]
        pending = Upload.objects.pending(asked_at).filter(pk=self.pk)
        return pending.update(completed_at=now, file=file, part_ids=part_ids, md5=md5) == 1


def part_storage_name(part: "UploadPart", filename: str) -> str:
    return part.location


class UploadPartQuerySet(models.QuerySet["UploadPart"]):
    def arrived(self) -> Self:
        return self.exclude(content="")

    def arriving(self, since: datetime) -> Self:
        """Select parts whose bytes are still being stored, or never arrived."""
        return self.filter(content="", created_at__gt=since)

    def spent(self, now: datetime, *, interrupted_before: datetime) -> Self:
        """Select parts of closed uploads, except uploads that are still written to or joined.

        A part that is still arriving since `interrupted_before` was interrupted, and never will.
        """
        busy = UploadPart.objects.arriving(interrupted_before).filter(upload=OuterRef("upload"))
        return self.filter(~Exists(busy), upload__in=Upload.objects.closed(now))


class UploadPart(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    bytes = models.BigIntegerField()
    content = models.FileField(upload_to=part_storage_name, max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UploadPartQuerySet.as_manager()

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.UPLOAD_PART.encode(self.pk)

    @property
    def location(self) -> str:
        """The name of its bytes in the storage. A file with the same id has the same bytes."""
        return location(self.upload.project_id, self.pk)

    def open_content(self) -> FieldFile:
        """Open the part's bytes. Raises BytesLost if they are missing or too few."""
        return open_checked(self)

    def arrive(self) -> bool:
        """Record that all bytes are stored. False if the purge has deleted the row."""
        return self._arriving().update(content=self.location) == 1

    def hand_over(self) -> bool:
        """Give the bytes to a file. Call it in the transaction that publishes the file."""
        return self._arriving().delete()[0] == 1

    @transaction.atomic
    def withdraw(self) -> None:
        """Delete a part that did not arrive, with whatever bytes of it are stored."""
        if self._arriving().delete()[0]:
            self.delete_bytes()

    def delete_bytes(self) -> None:
        self.content.storage.delete(self.location)

    def _arriving(self) -> UploadPartQuerySet:
        return UploadPart.objects.filter(pk=self.pk, content="")
