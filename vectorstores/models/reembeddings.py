"""The change of a store's embedding model, while the store is in use.

    embedding ─▶ indexing ─▶ switched ─▶ done         `indexing` only if the store is large
        │           │            └── the old embeddings are dropped after a while
        └───────────┴──▶ failed, cancelled            the new embeddings are dropped

Embeddings of the new model are written beside those that are searched, as another generation, and
one UPDATE of the store switches to them. The embeddings themselves record the progress: a worker
that takes over adds those that are missing, and needs no other state.

Workers claim changes as `LeasedModel` describes. A change is over once it has `finished_at`: the
store then has embeddings of one generation only, and another change may begin.
"""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from vectorstores.models.chunks import Chunk, ChunkEmbedding
from vectorstores.models.leases import LeasedModel, QueueQuerySet, ReasonField
from vectorstores.models.stores import VectorStore


class State(models.TextChoices):
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    SWITCHED = "switched"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


BEFORE_THE_SWITCH = (State.EMBEDDING, State.INDEXING)


def _count(rows: QuerySet[Any]) -> Case:
    """Count the rows that belong to a change's store. NULL once the change is decided."""
    mine = rows.filter(vector_store_id=OuterRef("vector_store_id")).order_by()
    counted = mine.values("vector_store_id").annotate(rows=Count("*")).values("rows")
    return Case(When(state__in=BEFORE_THE_SWITCH, then=Coalesce(Subquery(counted), 0)))


class ReembeddingQuerySet(QueueQuerySet["Reembedding"]):
    def with_progress(self) -> Self:
        """Annotate each change with `.chunks_done` and `.chunks_total`, None once it is decided.

        The rows are counted, which takes about 0.1 s for a million.
        """
        return self.annotate(
            chunks_done=_count(ChunkEmbedding.objects.filter(generation=OuterRef("generation"))),
            chunks_total=_count(Chunk.objects.all()),
        )

    def cancel(self, now: datetime, reason: str = "") -> int:
        """Cancel changes that have not switched yet. A worker on one loses its claim."""
        return (
            self.unfinished()
            .filter(state__in=BEFORE_THE_SWITCH)
            .update(state=State.CANCELLED, error=reason, due_at=now, claimed_at=None)
        )

    @transaction.atomic
    def claim_next(self, now: datetime, *, lease: timedelta) -> "Reembedding | None":
        """Claim the change that has been due for longest, if any is."""
        due = self.due(now).select_related("vector_store").order_by("due_at")
        job = due.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
        if job:
            job.due_at, job.claimed_at = now + lease, now
            self.filter(pk=job.pk).update(due_at=job.due_at, claimed_at=now)
        return job


class Reembedding(LeasedModel):
    vector_store = models.ForeignKey(
        VectorStore,
        on_delete=models.CASCADE,
        related_name="reembeddings",
        db_index=False,
    )
    model = models.TextField()
    dimensions = models.PositiveSmallIntegerField()
    generation = models.PositiveSmallIntegerField()
    # The store's when the change began.
    old_model = models.TextField()
    old_dimensions = models.PositiveSmallIntegerField()
    old_generation = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.EMBEDDING)
    # Why it ended or what it waits for, for operators.
    error = ReasonField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    chunks_done: int | None  # set by `with_progress()`, like the other
    chunks_total: int | None

    objects = ReembeddingQuerySet.as_manager()

    class Meta:
        verbose_name = "re-embedding"
        constraints = [
            models.UniqueConstraint(
                fields=["vector_store"],
                name="one_reembedding_at_a_time",
                condition=Q(finished_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["vector_store", "id"], name="reembedding_page"),
            models.Index(fields=["due_at"], name="reembedding_due", condition=Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.vector_store} to {self.model}"

    @property
    def is_decided(self) -> bool:
        """True once the change has switched, failed or been cancelled: only cleanup is left."""
        return self.state not in BEFORE_THE_SWITCH

    @property
    def has_switched(self) -> bool:
        return self.state in (State.SWITCHED, State.DONE)

    @property
    def progress(self) -> str:
        """The remaining work of a change read `with_progress()`, for operators."""
        if self.state in BEFORE_THE_SWITCH:
            total = self.chunks_total or 0
            done = min(self.chunks_done or 0, total)
            percent = 100 * done // total if total else 100  # 100 only if all is done
            return f"{done:,} of {total:,} chunks ({percent} %)"
        if self.finished_at:
            return ""
        return (
            f"the {'old' if self.state == State.SWITCHED else 'new'} embeddings are being dropped"
        )

    @property
    def reported(self) -> str:
        """State, progress and error of a change read `with_progress()`, in one line."""
        return ", ".join(filter(None, (self.state, self.progress, self.error)))

    # --- the state machine: each returns False if the claim was lost --------------------------

    def postpone(self, until: datetime, error: str = "", **changes: object) -> bool:
        """Release the claim until `until`, when the change is due again. False if it was lost.

        A change that has failed or was cancelled keeps its error.
        """
        if self.state not in (State.FAILED, State.CANCELLED):
            changes["error"] = error
        return super().postpone(until, **changes)

    def enter(self, state: State) -> bool:
        """Move to another state, and keep the claim."""
        return self._move(state=state)

    def end(self, now: datetime, state: State, error: str) -> bool:
        """Fail or cancel. False also if it has switched, because that cannot be undone."""
        if self.is_decided:
            return False
        return self._move(due_at=now, claimed_at=None, state=state, error=error)

    def finish(self, now: datetime) -> bool:
        """End the cleanup. A change that has switched is done; others keep their state."""
        state = State.DONE if self.has_switched else self.state
        return self._move(due_at=None, claimed_at=None, state=state, finished_at=now)
