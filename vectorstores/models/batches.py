"""Batches of files attached together, with their progress, rate and estimated completion.

Counts and rate are never stored here. They are read from the rows of the files: their status, and
the moments at which they were settled.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Self

from django.db import models
from django.db.models import Aggregate, Count, Max, Min, Q
from django.utils import timezone

from vectorstores import ids
from vectorstores.models.stores import VectorStore, counts_of, file_counts

# Files that workers settled. Cancelled ones do not count, since cancelling takes no time.
_WORKED = Q(status__in=("completed", "failed"))

# With at least this many, the rate is measured from the first file settled, which leaves out how
# long the batch waited in the queue. Fewer may all stem from one moment and that many workers.
_ENOUGH_MOMENTS = 10

# What `progress` needs besides the counts.
_PACE: dict[str, Aggregate] = {
    "first_settled_at": Min("settled_at", filter=_WORKED),
    "last_settled_at": Max("settled_at", filter=_WORKED),
    "moments": Count("settled_at", filter=_WORKED, distinct=True),
}


class FileBatchQuerySet(models.QuerySet["FileBatch"]):
    def in_store(self, store: VectorStore) -> Self:
        return self.filter(vector_store=store)

    def with_file_counts(self, now: datetime) -> Self:
        """Annotate each batch with `.counts`, for `file_counts` and `status`."""
        return self.annotate(counts=file_counts("batch", now))

    def with_progress(self, now: datetime) -> Self:
        """Annotate each batch with `.counts`, for `progress` as well."""
        return self.annotate(counts=file_counts("batch", now, **_PACE))


@dataclass(frozen=True)
class BatchProgress:
    """The progress of a batch.

    `files_per_second` is None until a file is settled. `estimated_completion_at` (seconds since
    1970) is None until then, and again once no file is left.
    """

    files_done: int
    files_total: int
    files_per_second: float | None
    estimated_completion_at: int | None


class FileBatch(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.CASCADE, related_name="batches", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    counts: dict[str, Any] | None  # set by `with_file_counts()` and `with_progress()`

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
        """`in_progress` while any file is; then `cancelled` if any was, `failed` if all did."""
        counts = self.file_counts
        if counts["in_progress"]:
            return "in_progress"
        if counts["cancelled"]:
            return "cancelled"
        return "failed" if counts["failed"] and counts["failed"] == counts["total"] else "completed"

    def progress(self, now: datetime) -> BatchProgress:
        """Estimate the progress of a batch read `with_progress()`."""
        counts = self.counts or {}  # None for a batch without files
        total, left = counts.get("total", 0), counts.get("in_progress", 0)
        rate = self._files_per_second(now) if total else None
        end = ceil(now.timestamp() + left / rate) if rate and left else None
        return BatchProgress(total - left, total, rate and float(f"{rate:.3g}"), end)

    def _files_per_second(self, now: datetime) -> float | None:
        """Divide the files that are done by the time they took: until the last of them, or until
        now while files are left, so that a stalled batch gets slower.

        Files that are published together are settled in the same moment. About `1 / moments` of
        all were settled in the first one, which starts the clock, so they do not count.
        """
        counts = self.counts or {}
        files, moments = counts["completed"] + counts["failed"], counts["moments"]
        if not moments:
            return None
        start, until = self.created_at, now
        if moments >= _ENOUGH_MOMENTS:
            start = datetime.fromisoformat(counts["first_settled_at"])
            files *= 1 - 1 / moments
        if not counts["in_progress"]:
            until = datetime.fromisoformat(counts["last_settled_at"])
        seconds = (until - start).total_seconds()
        return files / seconds if seconds > 0 else None  # clocks of two machines may differ
