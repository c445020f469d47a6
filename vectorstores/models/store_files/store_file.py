"""A file in a store, and how far its ingestion is.

    in_progress ─▶ completed      chunks, counts and status published in one transaction
        ├────────▶ failed         with a last_error that helps
        ├────────▶ cancelled      wins over a worker that has not finished
        └─ due again              a retry after a backoff, or a worker that went silent

`due_at` is pending, lease, retry and fence at once. Attaching sets it to now. A claim moves it to
now + lease and counts the attempt; renewing moves it on; postponing sets now + backoff. Only the
worker whose `due_at` still stands may leave the state, and each step is one guarded UPDATE whose
row count says who won. `claimed_at` only tells a lease from a backoff, for counting.
"""

from datetime import datetime, timedelta

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vectorstores.bm25 import VERSION
from vectorstores.models.batches import FileBatch
from vectorstores.models.files import File
from vectorstores.models.projects import Project
from vectorstores.models.store_files.queries import (
    FROM_THE_START,
    LEFTOVERS,
    UNCLAIMED,
    VectorStoreFileQuerySet,
)
from vectorstores.models.store_files.status import Stage, Status
from vectorstores.models.stores import VectorStore


class VectorStoreFile(models.Model):
    # Foreign keys whose index is the beginning of one below have none of their own: rows of this
    # table are written several times a file, and each index with them.
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.CASCADE, related_name="store_files", db_index=False
    )
    # The store's own, repeated so that an index can put projects in turn; the store's is checked.
    # Null in the database, for a moment, where a process of the release before made the row.
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
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
    # Attached with others: single files go first.
    bulk = models.BooleanField(default=False, db_default=False)
    attributes = models.JSONField(default=dict, blank=True)
    max_chunk_size_tokens = models.PositiveSmallIntegerField(default=800)
    chunk_overlap_tokens = models.PositiveSmallIntegerField(default=400)
    status = models.CharField(max_length=11, choices=Status, default=Status.IN_PROGRESS)
    last_error_code = models.CharField(max_length=20, blank=True)
    last_error_message = models.TextField(blank=True)
    usage_bytes = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    claimed_at = models.DateTimeField(null=True, editable=False)
    stage = models.CharField(
        max_length=10, choices=Stage, default=Stage.WAITING, db_default=Stage.WAITING
    )
    # Not "positive": adding the check of that to a table reads all of its rows under a lock.
    chunks_done = models.IntegerField(default=0, db_default=0)
    chunks_total = models.IntegerField(default=0, db_default=0)  # 0 until the text has been cut
    # Which version of `vectorstores.bm25` its chunks have theirs from; 0: they have none.
    terms_version = models.SmallIntegerField(default=0, db_default=0)
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
                name="store_file_in_hand",
                condition=Q(claimed_at__isnull=False),
            ),
            models.Index(
                fields=["fingerprint"],
                name="store_file_known",
                condition=Q(status="completed", fingerprint__isnull=False),
            ),
            models.Index(
                fields=["deleted_at"],
                name="store_file_deleted",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(fields=["id"], name="store_file_leftovers", condition=LEFTOVERS),
            models.Index(
                fields=["id"], name="store_file_to_adopt", condition=Q(project__isnull=True)
            ),
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

    # --- the state machine: each returns False where somebody else was first -----------------

    def renew(self, now: datetime, lease: timedelta, **progress: object) -> bool:
        """Hold the claim for another `lease`, and write down how far the work is."""
        return self._move(due_at=now + lease, **progress)

    def postpone(self, until: datetime, **changes: object) -> bool:
        """Give the claim back, to be taken again later. False if it was already lost."""
        return self._move(due_at=until, **FROM_THE_START, **changes)

    def complete(
        self, now: datetime, *, usage_bytes: int, terms_version: int = VERSION, **facts: object
    ) -> bool:
        """To be called in the transaction that publishes the chunks."""
        facts = {"usage_bytes": usage_bytes, "terms_version": terms_version, **facts}
        return self._settle(now, status=Status.COMPLETED, **facts)

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
        return self._held().update(due_at=None, settled_at=now, **UNCLAIMED, **changes) == 1
