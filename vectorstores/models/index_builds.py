"""The queue of search indexes to build, and the last build of each.

    wanted ─▶ begun ─▶ finished
      └◀───────┘  failed: the error is kept, and it is due again later

Only Postgres' catalog says whether an index exists and is valid. The queue has no leases, because
the worker that builds holds a lock on the whole database. A row that is begun while that lock is
free was left by a worker that was killed, and is still due.
"""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from vectorstores.models.leases import QueuedModel, QueueQuerySet, ReasonField
from vectorstores.models.stores import VectorStore


class IndexKind(models.TextChoices):
    VECTOR = "vector"
    TEXT = "text"


class IndexBuildQuerySet(QueueQuerySet["IndexBuild"]):
    def of(self, kind: str, store_id: UUID, generation: int) -> Self:
        return self.filter(kind=kind, vector_store=store_id, generation=generation)

    def largest_first(self) -> Self:
        """Order by size, because an index helps most in the largest store."""
        return self.order_by("-chunks", "pk")

    def want(
        self,
        *,
        kind: str,
        store_id: UUID,
        generation: int,
        dimensions: int,
        chunks: int,
        rebuild: bool,
        now: datetime,
    ) -> "IndexBuild":
        """Queue a build of this index, and return its row.

        If the index is queued already, return that row, due as before.
        """
        wanted = self.model(
            kind=kind,
            vector_store_id=store_id,
            generation=generation,
            dimensions=dimensions,
            chunks=chunks,
            rebuild=rebuild,
            due_at=now,
        )
        rows = self.unfinished().of(kind, store_id, generation)
        while True:  # because the queued row may be finished at this moment
            self.bulk_create([wanted], ignore_conflicts=True)
            if rebuild:
                rows.update(rebuild=True)
            if found := rows.first():
                return found


class IndexBuild(QueuedModel):
    vector_store = models.ForeignKey(
        VectorStore, on_delete=models.CASCADE, related_name="index_builds"
    )
    kind = models.CharField(max_length=6, choices=IndexKind)
    generation = models.SmallIntegerField()  # 0 for text, which has no generations
    dimensions = models.SmallIntegerField()
    chunks = models.IntegerField()  # of the store when the build was queued, then when it began
    rebuild = models.BooleanField(default=False)  # the old index serves meanwhile
    began_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = ReasonField(blank=True)  # of the last attempt
    refused = models.BooleanField(default=False)  # because there are too many indexes

    objects = IndexBuildQuerySet.as_manager()

    class Meta:
        db_table = "index_build"
        constraints = [
            models.UniqueConstraint(
                fields=["vector_store", "kind", "generation"],
                name="one_open_index_build",
                condition=Q(finished_at=None),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="index_build_due", condition=Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} index of {self.vector_store}"

    # --- the state machine: each returns False if the row is finished or gone ---------------

    def begin(self, now: datetime, *, chunks: int) -> bool:
        return self._move(began_at=now, chunks=chunks, error="", refused=False)

    def finish(self, now: datetime) -> bool:
        """Keep this row as the last build of its index, and delete earlier ones."""
        if not self._move(finished_at=now, due_at=None, error=""):
            return False
        same = IndexBuild.objects.of(self.kind, self.vector_store_id, self.generation)
        same.exclude(pk=self.pk).filter(finished_at__lte=now).delete()
        return True

    def fail(self, now: datetime, error: str, *, wait: timedelta, refused: bool = False) -> bool:
        """Record the error, and try again after `wait`."""
        return self._move(error=error, refused=refused, due_at=now + wait)
