"""A file in a store, and how far its ingestion is.

    in_progress ─▶ completed      chunks, counts and status published in one transaction
        ├────────▶ failed         with a last_error that helps
        ├────────▶ cancelled      wins over a worker that has not finished
        └─ due again              a retry after a backoff, or a worker that went silent

Only the worker whose claim still stands may leave the state: see `LeasedModel`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import JSONObject
from django.utils import timezone

from vectorstores.bm25 import VERSION
from vectorstores.models.batches import FileBatch
from vectorstores.models.files import File
from vectorstores.models.leases import LeasedModel, QueueQuerySet, ReasonField
from vectorstores.models.projects import Project
from vectorstores.models.stores import VectorStore


class Status(models.TextChoices):
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(models.TextChoices):
    """Where in its ingestion a file is, as last written down. Short stages are not."""

    WAITING = "waiting"
    PARSING = "parsing"
    EMBEDDING = "embedding"
    PUBLISHING = "publishing"


# Columns of a file that no worker holds, and of one whose ingestion begins anew.
UNCLAIMED = {"claimed_at": None, "stage": Stage.WAITING}
FROM_THE_START = {"stage": Stage.WAITING, "chunks_done": 0, "chunks_total": 0}

# `usage_bytes` stays until the chunks it counts are gone, so it shows where any are left.
LEFTOVERS = Q(status__in=("failed", "cancelled"), usage_bytes__gt=0)


class VectorStoreFileQuerySet(QueueQuerySet["VectorStoreFile"]):
    def in_store(self, store: VectorStore) -> Self:
        return self.filter(vector_store=store)

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def present(self, now: datetime) -> Self:
        """Files that a client sees: live, and not of a file that has expired, purged or not."""
        return self.live().exclude(file__in=File.objects.expired(now))  # few: those since a purge

    def searchable(self, now: datetime) -> Self:
        """Files whose chunks may be found. One attached again serves its old ones until the new."""
        return self.present(now).filter(status__in=(Status.COMPLETED, Status.IN_PROGRESS))

    def unfinished(self) -> Self:
        return self.live().filter(status=Status.IN_PROGRESS)

    def due(self, now: datetime) -> Self:
        return super().due(now).filter(vector_store__deleted_at=None)

    def for_model(self, name: str) -> Self:
        return self.filter(vector_store__embedding_model=name)

    def not_for(self, models: Collection[str]) -> Self:
        """Files whose store has none of these embedding models."""
        return self.exclude(vector_store__embedding_model__in=models)

    def claimed(self, now: datetime) -> Self:
        """Files that a worker holds at this moment."""
        return self.unfinished().filter(claimed_at__isnull=False, due_at__gt=now)

    def counts(
        self, owner: str, now: datetime, **more: models.Aggregate
    ) -> models.QuerySet[Any, Any]:
        """One JSON object per `owner` (a foreign key's name): files by status, and bytes in use."""
        by_status = {status.value: Count("status", filter=Q(status=status)) for status in Status}
        summary = JSONObject(
            **by_status,
            total=Count("*"),
            usage_bytes=Sum("usage_bytes", filter=Q(status=Status.COMPLETED), default=0),
            **more,
        )
        rows = self.present(now).order_by().values(owner)
        counted: models.QuerySet[Any, Any] = rows.annotate(summary=summary).values("summary")
        return counted

    def cancel(self, now: datetime) -> int:
        """Cancel what has not finished. A worker in the middle loses its claim by this."""
        return self.unfinished().update(
            status=Status.CANCELLED, due_at=None, settled_at=now, **UNCLAIMED
        )

    def expire(self, now: datetime, *, code: str, message: str) -> int:
        """Fail those of these files that are due, and so held by no worker. Return how many."""
        return (
            self.unfinished()
            .filter(due_at__lte=now)
            .update(
                status=Status.FAILED,
                last_error_code=code,
                last_error_message=message,
                due_at=None,
                settled_at=now,
                **UNCLAIMED,
            )
        )

    def requeue(self, now: datetime) -> int:
        """Ingest again from the start, whatever became of the last time."""
        return self.live().update(
            status=Status.IN_PROGRESS,
            due_at=now,
            claimed_at=None,
            embedder_silent_since=None,
            attempts=0,
            last_error_code="",
            last_error_message="",
            settled_at=None,
            **FROM_THE_START,
        )

    def with_leftovers(self) -> Self:
        """Files that were searchable, were attached again and did not complete the second time."""
        return self.live().filter(LEFTOVERS)

    def terms_to_make(self) -> Self:
        """Files whose chunks have the terms of an earlier version."""
        return self.live().filter(
            usage_bytes__gt=0,
            terms_version__lt=VERSION,
            status__in=(Status.COMPLETED, Status.IN_PROGRESS),
        )

    def removed(self, before: datetime) -> Self:
        return self.filter(deleted_at__lte=before)

    def with_chunks(self) -> Self:
        return self.filter(usage_bytes__gt=0)

    def without_chunks(self) -> Self:
        return self.filter(usage_bytes=0)

    def remove(self, now: datetime) -> int:
        """Take the files out of their stores. Searches miss them at once; purging follows."""
        return self.live().update(deleted_at=now, due_at=None, **UNCLAIMED)


@dataclass(frozen=True)
class FileProgress:
    """`stage` is the status once the file is settled. `chunks_total` is null until the text is
    cut, and for a file without chunks.
    """

    stage: str
    chunks_done: int
    chunks_total: int | None


class VectorStoreFile(LeasedModel):
    # Foreign keys whose index is the beginning of one below have none of their own: rows of this
    # table are written several times a file, and each index with them.
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.CASCADE, related_name="store_files", db_index=False
    )
    # The store's own, repeated so that an index can put projects in turn. No index begins with it,
    # since only the deletion of a project looks for its rows.
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", db_index=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="store_files")
    batch = models.ForeignKey(
        FileBatch,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="store_files",
        db_index=False,
    )
    # Attached with others: single files go first.
    bulk = models.BooleanField(default=False)
    attributes = models.JSONField(default=dict, blank=True)
    max_chunk_size_tokens = models.PositiveSmallIntegerField(default=800)
    chunk_overlap_tokens = models.PositiveSmallIntegerField(default=400)
    status = models.CharField(max_length=11, choices=Status, default=Status.IN_PROGRESS)
    last_error_code = models.CharField(max_length=20, blank=True)
    last_error_message = ReasonField(blank=True)
    usage_bytes = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    chunks_done = models.IntegerField(default=0)
    chunks_total = models.IntegerField(default=0)  # 0 until the text has been cut
    # The version of `vectorstores.bm25` that made its chunks' terms; 0: there are none.
    terms_version = models.SmallIntegerField(default=0)
    # What the chunks were made from and how, so that the same need not be made twice.
    fingerprint = models.UUIDField(null=True, editable=False)
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
                fields=["bulk", "project", "due_at"],
                name="store_file_turn",
                condition=Q(status="in_progress", due_at__isnull=False),
            ),
            models.Index(
                fields=["project"],
                name="store_file_claimed",
                condition=Q(claimed_at__isnull=False),
            ),
            models.Index(
                fields=["fingerprint"],
                name="store_file_fingerprint",
                condition=Q(status="completed", fingerprint__isnull=False),
            ),
            models.Index(
                fields=["deleted_at"],
                name="store_file_deleted",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(fields=["id"], name="store_file_leftovers", condition=LEFTOVERS),
            models.Index(
                fields=["vector_store", "id"],
                name="store_file_with_chunks",
                condition=Q(usage_bytes__gt=0),
            ),
            models.Index(
                fields=["id"],
                name="store_file_terms_to_make",
                condition=Q(usage_bytes__gt=0, terms_version__lt=VERSION),
            ),
            GinIndex(
                fields=["attributes"], name="store_file_attributes", opclasses=["jsonb_path_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} in {self.vector_store}"

    @property
    def progress(self) -> FileProgress:
        """The stage and chunks of its ingestion. Counts are left out while they may be those of an
        earlier attempt, because each begins with nothing."""
        stage = str(self.status)
        if self.status == Status.IN_PROGRESS:
            # A worker parses first, and does not write that down at once.
            is_parsing = self.stage == Stage.WAITING and self.claimed_at is not None
            stage = str(Stage.PARSING if is_parsing else self.stage)
        if stage in (Stage.EMBEDDING, Stage.PUBLISHING, Status.COMPLETED):
            return FileProgress(stage, self.chunks_done, self.chunks_total or None)
        return FileProgress(stage, 0, None)

    # --- the state machine: each returns False where the claim was lost -----------------------

    def postpone(self, until: datetime, **changes: object) -> bool:
        """Release the claim, to be claimed again from `until` on and ingested from the start."""
        return super().postpone(until, **FROM_THE_START, **changes)

    def complete(
        self, now: datetime, *, usage_bytes: int, terms_version: int = VERSION, **facts: object
    ) -> bool:
        """To be called in the transaction that publishes the chunks."""
        return self._settle(
            now,
            status=Status.COMPLETED,
            usage_bytes=usage_bytes,
            terms_version=terms_version,
            **facts,
        )

    def fail(self, now: datetime, *, code: str, message: str) -> bool:
        return self._settle(
            now, status=Status.FAILED, last_error_code=code, last_error_message=message
        )

    def _settle(self, now: datetime, **changes: object) -> bool:
        """Leave `in_progress`. This object stays as it was read: what is written after it depends
        on the chunks that there were, and if the transaction fails, the claim still stands."""
        return self._held().update(due_at=None, settled_at=now, **UNCLAIMED, **changes) == 1
