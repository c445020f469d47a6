from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils import timezone

from vectorstores import ids
from vectorstores.models.batch_progress import PACE, BatchProgress, batch_progress
from vectorstores.models.stores import VectorStore, counts_of, file_counts


class FileBatchQuerySet(models.QuerySet["FileBatch"]):
    def in_store(self, store: VectorStore) -> Self:
        return self.filter(vector_store=store)

    def with_file_counts(self, now: datetime) -> Self:
        """Each batch with `.counts`, read by `file_counts` and `status`."""
        return self.annotate(counts=file_counts("batch", now))

    def with_progress(self, now: datetime) -> Self:
        """Each batch with `.counts` that `progress` can read as well."""
        return self.annotate(counts=file_counts("batch", now, **PACE))


class FileBatch(models.Model):
    """Files attached together. What became of them is asked of their rows, never kept here."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.CASCADE, related_name="batches", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    counts: dict[str, Any] | None  # of a batch read `with_file_counts()` or `with_progress()`

    objects = FileBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "file batches"
        indexes = [
            models.Index(fields=["vector_store", "created_at", "id"], name="file_batch_page")
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.FILE_BATCH.encode(self.pk)

    @property
    def file_counts(self) -> dict[str, int]:
        return counts_of(self)

    @property
    def status(self) -> str:
        """in_progress until no file is; then cancelled if any file was, failed if all did."""
        counts = self.file_counts
        if counts["in_progress"]:
            return "in_progress"
        if counts["cancelled"]:
            return "cancelled"
        return "failed" if counts["failed"] and counts["failed"] == counts["total"] else "completed"

    def progress(self, now: datetime) -> BatchProgress:
        """Of a batch read `with_progress()`."""
        return batch_progress(self.counts or {}, created_at=self.created_at, now=now)
