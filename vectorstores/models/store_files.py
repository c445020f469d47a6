"""A file in a store, and how far its ingestion is.

    in_progress ─▶ completed      chunks, counts and status published in one transaction
        ├────────▶ failed         with a last_error that helps
        ├────────▶ cancelled      wins over a worker that has not finished
        └─ due again              a retry after a backoff, or a worker that went silent

`due_at` is pending, lease, retry and fence at once. Attaching sets it to now. A claim moves it to
now + lease and counts the attempt; renewing moves it on; postponing sets now + backoff. Only the
worker whose `due_at` still stands may leave the state, and each step is one guarded UPDATE whose
row count says who won.
"""

from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from vectorstores.models.batches import FileBatch
from vectorstores.models.files import File
from vectorstores.models.stores import VectorStore


class Status(models.TextChoices):
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


# `usage_bytes` stays until the chunks it counts are gone, so it tells where any are left.
LEFTOVERS = Q(status__in=("failed", "cancelled"), usage_bytes__gt=0)


class VectorStoreFileQuerySet(models.QuerySet["VectorStoreFile"]):
    def in_store(self, store: VectorStore) -> Self:
        return self.filter(vector_store=store)

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def present(self, now: datetime) -> Self:
        """What a client sees: live, and of a file that has not expired, purged or not."""
        return self.live().exclude(file__in=File.objects.expired(now))  # few: those since a purge

    def searchable(self, now: datetime) -> Self:
        """Files whose chunks may be found. One attached again serves its old ones until the new."""
        return self.present(now).filter(status__in=(Status.COMPLETED, Status.IN_PROGRESS))

    def due(self, now: datetime) -> Self:
        return self.live().filter(
            status=Status.IN_PROGRESS, due_at__lte=now, vector_store__deleted_at=None
        )

    def unheard(self, now: datetime, *, nudge_after: timedelta) -> Self:
        """Due files that nobody was told of, or so long ago that the message must be lost."""
        lost = Q(nudged_at=None) | Q(nudged_at__lte=now - nudge_after)
        return self.due(now).filter(lost)

    def counts(self, owner: str, now: datetime) -> models.QuerySet[Any, Any]:
        """One JSON object per `owner` (a foreign key's name): files by status, and bytes in use."""
        by_status = {status.value: Count("status", filter=Q(status=status)) for status in Status}
        summary = JSONObject(
            **by_status,
            total=Count("*"),
            usage_bytes=Coalesce(Sum("usage_bytes", filter=Q(status=Status.COMPLETED)), 0),
        )
        rows = self.present(now).order_by().values(owner)
        return rows.annotate(summary=summary).values("summary")

    def cancel(self, now: datetime) -> int:
        """Cancel what has not finished. A worker in the middle loses its claim by this."""
        return (
            self.live()
            .filter(status=Status.IN_PROGRESS)
            .update(status=Status.CANCELLED, due_at=None, settled_at=now)
        )

    def requeue(self, now: datetime) -> int:
        """Ingest again from the start, whatever became of the last time."""
        return self.live().update(
            status=Status.IN_PROGRESS,
            due_at=now,
            embedder_silent_since=None,
            nudged_at=None,
            attempts=0,
            last_error_code="",
            last_error_message="",
            settled_at=None,
        )

    def with_leftovers(self) -> Self:
        """Files that were searchable, were attached again and did not complete the second time."""
        return self.live().filter(LEFTOVERS)

    def removed(self, before: datetime) -> Self:
        return self.filter(deleted_at__lte=before)

    def with_chunks(self) -> Self:
        return self.filter(usage_bytes__gt=0)

    def without_chunks(self) -> Self:
        return self.filter(usage_bytes=0)

    def remove(self, now: datetime) -> int:
        """Take the files out of their stores. Searches miss them at once; purging follows."""
        return self.live().update(deleted_at=now, due_at=None)


class VectorStoreFile(models.Model):
    # Foreign keys whose index is the beginning of one below have none of their own: rows of this
    # table are written several times a file, and each index with them.
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.CASCADE, related_name="store_files", db_index=False
    )
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="store_files")
    batch = models.ForeignKey(
        FileBatch,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="store_files",
        db_index=False,
    )
    attributes = models.JSONField(default=dict, blank=True)
    max_chunk_size_tokens = models.PositiveSmallIntegerField(default=800)
    chunk_overlap_tokens = models.PositiveSmallIntegerField(default=400)
    status = models.CharField(max_length=11, choices=Status, default=Status.IN_PROGRESS)
    last_error_code = models.CharField(max_length=20, blank=True)
    last_error_message = models.TextField(blank=True)
    usage_bytes = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    nudged_at = models.DateTimeField(null=True, editable=False)  # when a worker was last told
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    embedder_silent_since = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)  # when it left in_progress
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = VectorStoreFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vector_store", "file", "deleted_at"],
                name="one_row_per_file_in_a_store",
                nulls_distinct=False,  # so that at most one is live, and ON CONFLICT finds it
            ),
        ]
        indexes = [
            models.Index(fields=["vector_store", "created_at", "id"], name="store_file_page"),
            models.Index(  # all that counting reads, so that it need not fetch the rows
                fields=["vector_store"],
                include=["status", "usage_bytes", "file"],
                name="store_file_counts",
                condition=Q(deleted_at=None),
            ),
            models.Index(fields=["batch", "created_at", "id"], name="store_file_batch_page"),
            models.Index(
                fields=["due_at"], name="store_file_due", condition=Q(status="in_progress")
            ),
            models.Index(
                fields=["deleted_at"],
                name="store_file_deleted",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(fields=["id"], name="store_file_leftovers", condition=LEFTOVERS),
            models.Index(
                fields=["vector_store"], name="store_file_chunks", condition=Q(usage_bytes__gt=0)
            ),
            GinIndex(
                fields=["attributes"], name="store_file_attributes", opclasses=["jsonb_path_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} in {self.vector_store}"

    # --- the state machine: each returns False where somebody else was first -----------------

    def claim(self, now: datetime, lease: timedelta) -> bool:
        """Take the file for `lease`. False if it is not due: held, settled, removed or later."""
        stores = VectorStore.objects.live().filter(pk=OuterRef("vector_store_id"))
        due = VectorStoreFile.objects.live().filter(
            Exists(stores), pk=self.pk, status=Status.IN_PROGRESS, due_at__lte=now
        )
        if due.update(due_at=now + lease, attempts=F("attempts") + 1) != 1:
            return False
        self.due_at = now + lease
        return True

    def renew(self, now: datetime, lease: timedelta) -> bool:
        return self._move(due_at=now + lease)

    def postpone(self, until: datetime, **changes: object) -> bool:
        """Give the claim back, to be taken again later. False if it was already lost."""
        return self._move(due_at=until, nudged_at=None, **changes)

    def complete(self, now: datetime, *, usage_bytes: int) -> bool:
        """To be called in the transaction that publishes the chunks."""
        return self._settle(now, status=Status.COMPLETED, usage_bytes=usage_bytes)

    def fail(self, now: datetime, *, code: str, message: str) -> bool:
        return self._settle(
            now, status=Status.FAILED, last_error_code=code, last_error_message=message
        )

    def _held(self) -> VectorStoreFileQuerySet:
        return VectorStoreFile.objects.live().filter(
            pk=self.pk, status=Status.IN_PROGRESS, due_at=self.due_at
        )

    def _move(self, *, due_at: datetime, **changes: object) -> bool:
        if self._held().update(due_at=due_at, **changes) != 1:
            return False
        self.due_at = due_at
        return True

    def _settle(self, now: datetime, **changes: object) -> bool:
        return self._held().update(due_at=None, settled_at=now, **changes) == 1
