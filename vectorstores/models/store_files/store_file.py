"""Files in stores, and the states of their ingestion.

    in_progress ─▶ completed      chunks, counts and status published in one transaction
        ├────────▶ failed         with a helpful last_error
        ├────────▶ cancelled      wins over a worker that has not finished
        └─ due again              a retry after a backoff, or after a worker went silent

Only the worker that holds the claim may complete or fail a file: see `LeasedModel`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Func, Q, Sum, Value
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
    """The stage of a file's ingestion as last recorded. Short stages are not recorded."""

    WAITING = "waiting"
    PARSING = "parsing"
    EMBEDDING = "embedding"
    PUBLISHING = "publishing"


# Values for a file that no worker holds, and for one whose ingestion starts over.
UNCLAIMED = {"claimed_at": None, "stage": Stage.WAITING}
FROM_THE_START = {"stage": Stage.WAITING, "chunks_done": 0, "chunks_total": 0}

# Files that did not complete but have chunks: `usage_bytes` stays until these are purged.
LEFTOVERS = Q(status__in=("failed", "cancelled"), usage_bytes__gt=0)

# Files that were not read as a whole.
WITH_WARNINGS = Q(status="completed", warnings__isnull=False, deleted_at=None)


class VectorStoreFileQuerySet(QueueQuerySet["VectorStoreFile"]):
    def in_store(self, store: VectorStore) -> Self:
        return self.filter(vector_store=store)

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def present(self, now: datetime) -> Self:
        """Select files that a client sees: live, and not expired, even if not purged yet."""
        # The subquery is small, because a purge deletes expired files.
        return self.live().exclude(file__in=File.objects.expired(now))

    def searchable(self, now: datetime) -> Self:
        """Select files whose chunks can be found. After a second attachment, the old chunks are
        found until the new are published."""
        return self.present(now).filter(status__in=(Status.COMPLETED, Status.IN_PROGRESS))

    def unfinished(self) -> Self:
        return self.live().filter(status=Status.IN_PROGRESS)

    def due(self, now: datetime) -> Self:
        return super().due(now).filter(vector_store__deleted_at=None)

    def for_model(self, name: str) -> Self:
        return self.filter(vector_store__embedding_model=name)

    def not_for(self, models: Collection[str]) -> Self:
        """Select files whose store uses none of these embedding models."""
        return self.exclude(vector_store__embedding_model__in=models)

    def claimed(self, now: datetime) -> Self:
        """Select files that a worker holds at this moment."""
        return self.unfinished().filter(claimed_at__isnull=False, due_at__gt=now)

    def counts(
        self, owner: str, now: datetime, **more: models.Aggregate
    ) -> models.QuerySet[Any, Any]:
        """Summarize files per `owner` (a foreign key's name), in a JSON object each: the number by
        status and in total, and the bytes in use."""
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
        """Cancel files in progress. A worker on one loses its claim."""
        return self.unfinished().update(
            status=Status.CANCELLED, due_at=None, settled_at=now, **UNCLAIMED
        )

    def expire(self, now: datetime, *, code: str, message: str) -> int:
        """Fail the files that are due, since no worker holds them. Return how many."""
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
        """Ingest the files again from the start, whatever their status."""
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
        """Select files that were searchable, were attached again, and then did not complete."""
        return self.live().filter(LEFTOVERS)

    def terms_to_make(self) -> Self:
        """Select searchable files whose terms are of an earlier version of `vectorstores.bm25`."""
        return self.live().filter(
            usage_bytes__gt=0,
            terms_version__lt=VERSION,
            status__in=(Status.COMPLETED, Status.IN_PROGRESS),
        )

    def with_warnings(self, code: str = "") -> Self:
        """Select files of which something was not read: anything, or what the code says."""
        files = self.filter(WITH_WARNINGS)
        return files.filter(warnings__contains=[{"code": code}]) if code else files

    def count_by_warning(self) -> dict[str, int]:
        """Count these files by the codes of their warnings. A file may have several."""
        code = Func(
            "warnings",
            Value("$[*].code"),
            function="jsonb_path_query",
            template="%(function)s(%(expressions)s) #>> '{}'",
            output_field=models.TextField(),
        )
        code.set_returning = True
        coded = self.with_warnings().order_by().annotate(code=code).values("code")
        return dict(coded.annotate(files=Count("id", distinct=True)).values_list("code", "files"))

    def removed(self, before: datetime) -> Self:
        return self.filter(deleted_at__lte=before)

    def with_chunks(self) -> Self:
        return self.filter(usage_bytes__gt=0)

    def without_chunks(self) -> Self:
        return self.filter(usage_bytes=0)

    def remove(self, now: datetime) -> int:
        """Take the files out of their stores. Searches skip them at once; the purge follows."""
        return self.live().update(deleted_at=now, due_at=None, **UNCLAIMED)


@dataclass(frozen=True)
class FileProgress:
    """The progress of a file.

    `stage` is the status once the file is settled. `chunks_total` is None until the text is cut
    into chunks, and for a file without chunks.
    """

    stage: str
    chunks_done: int
    chunks_total: int | None


class VectorStoreFile(LeasedModel):
    # A foreign key that another index begins with has no index of its own, because rows of this
    # table are written several times per file, and each index with them.
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.CASCADE, related_name="store_files", db_index=False
    )
    # A copy of the store's project, so that an index can order the queue by project. It has no full
    # index, because only deleting a project looks rows up by it.
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
    # Attached together with others. Single files are ingested first.
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
    # The version of `vectorstores.bm25` that made the terms of its chunks; 0 if it has none.
    terms_version = models.SmallIntegerField(default=0)
    # A digest of the content and the options that made the chunks, so that equal ones are reused.
    fingerprint = models.UUIDField(null=True, editable=False)
    # What in the file was not read, as `ingestion.file_warnings` says it: a list of objects with
    # `code` and `message`, or null.
    warnings = models.JSONField(null=True, editable=False)
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
                nulls_distinct=False,  # so that at most one row is live, and ON CONFLICT finds it
            ),
        ]
        indexes = [
            models.Index(fields=["vector_store", "created_at", "id"], name="store_file_page"),
            models.Index(  # with all columns that counting needs, so that it reads no rows
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
            models.Index(fields=["id"], name="store_file_warnings", condition=WITH_WARNINGS),
            GinIndex(
                fields=["attributes"], name="store_file_attributes", opclasses=["jsonb_path_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} in {self.vector_store}"

    @property
    def progress(self) -> FileProgress:
        """The stage and the number of chunks. Until the stage of embedding, the counts are zero,
        because the columns may still be those of an earlier attempt."""
        stage = str(self.status)
        if self.status == Status.IN_PROGRESS:
            # A worker parses first, and does not record that at once.
            is_parsing = self.stage == Stage.WAITING and self.claimed_at is not None
            stage = str(Stage.PARSING if is_parsing else self.stage)
        if stage in (Stage.EMBEDDING, Stage.PUBLISHING, Status.COMPLETED):
            return FileProgress(stage, self.chunks_done, self.chunks_total or None)
        return FileProgress(stage, 0, None)

    @property
    def current_warnings(self) -> list[dict[str, str]]:
        """The warnings to show, each with the keys `code` and `message`.

        Empty unless the file is completed, because the column may be of an earlier attachment.
        """
        return (self.warnings or []) if self.status == Status.COMPLETED else []

    # --- the state machine: each returns False if the claim was lost --------------------------

    def postpone(self, until: datetime, **changes: object) -> bool:
        """Release the claim until `until`, when the file is due again, from the start."""
        return super().postpone(until, **FROM_THE_START, **changes)

    def complete(
        self, now: datetime, *, usage_bytes: int, terms_version: int = VERSION, **facts: object
    ) -> bool:
        """Complete the file. Call it in the transaction that publishes its chunks."""
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
        """Leave `in_progress`. Leave this object as it was read, because later writes of the
        transaction depend on its old chunks, and because a rollback keeps the claim."""
        return self._held().update(due_at=None, settled_at=now, **UNCLAIMED, **changes) == 1
