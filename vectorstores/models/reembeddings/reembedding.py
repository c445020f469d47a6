"""The change of a store's embedding model, while the store is in use.

    embedding ─▶ indexing ─▶ switched ─▶ done         `indexing` where the store is large
        │           │            └── what was searched before is dropped, after a while
        └───────────┴──▶ failed, cancelled            what was embedded is dropped

Embeddings of the new model are written beside those that are searched, as another generation, and
one UPDATE of the store switches to them. How far that is, the embeddings themselves tell: what is
missing is added, so whoever goes on where another ended needs to know nothing else.

`due_at` is as of VectorStoreFile: pending, lease, retry and fence. It is null once the change has
`finished_at`: then the store has embeddings of one generation, and another change may begin.
"""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vectorstores.models.reembeddings.progress import PROGRESS, progress_of
from vectorstores.models.reembeddings.states import BEFORE_THE_SWITCH, State
from vectorstores.models.stores import VectorStore


class ReembeddingQuerySet(models.QuerySet["Reembedding"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def due(self, now: datetime) -> Self:
        return self.unfinished().filter(due_at__lte=now)

    def with_progress(self) -> Self:
        """Each with how many chunks are done, and of how many; null once it is decided.

        Counted where they lie, which takes some 0.1 s for a million.
        """
        return self.annotate(**PROGRESS)

    def cancel(self, now: datetime, reason: str = "") -> int:
        """End what has not switched yet. A worker in the middle loses its claim by this."""
        return (
            self.unfinished()
            .filter(state__in=BEFORE_THE_SWITCH)
            .update(state=State.CANCELLED, error=reason, due_at=now, claimed_at=None)
        )


class Reembedding(models.Model):
    # Without a constraint in the database: the release before deletes stores, and knows of no
    # rows here.
    vector_store = models.ForeignKey(
        VectorStore,
        on_delete=models.CASCADE,
        related_name="reembeddings",
        db_index=False,
        db_constraint=False,
    )
    model = models.TextField()
    dimensions = models.PositiveSmallIntegerField()
    generation = models.PositiveSmallIntegerField()
    # What the store has when the change begins.
    old_model = models.TextField()
    old_dimensions = models.PositiveSmallIntegerField()
    old_generation = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.EMBEDDING)
    # Why it ended, or what it waits for, to be read by operators.
    error = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    claimed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    chunks_done: int | None  # of a change read `with_progress()`, like the other
    chunks_total: int | None

    objects = ReembeddingQuerySet.as_manager()

    class Meta:
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
        """Whether nothing is left to be done but cleaning away."""
        return self.state not in BEFORE_THE_SWITCH

    @property
    def has_switched(self) -> bool:
        return self.state in (State.SWITCHED, State.DONE)

    @property
    def told(self) -> str:
        """The state of a change read `with_progress()`, in a line for operators."""
        return ", ".join(filter(None, (self.state, progress_of(self), self.error)))

    # --- the state machine: each returns False where somebody else was first -----------------

    def renew(self, now: datetime, lease: timedelta) -> bool:
        """Hold the claim for another `lease`."""
        return self._move(due_at=now + lease)

    def postpone(self, until: datetime, error: str = "", **changes: object) -> bool:
        """Give the claim back, to be taken again later. False if it was already lost.

        Of what ended before its switch, it stays told why.
        """
        if self.state not in (State.FAILED, State.CANCELLED):
            changes["error"] = error
        return self._move(due_at=until, claimed_at=None, **changes)

    def enter(self, state: State) -> bool:
        """Go on to another state, and keep the claim."""
        return self._move(due_at=self.due_at, state=state)

    def end(self, now: datetime, state: State, error: str) -> bool:
        """Failed or cancelled. False also where it has switched, and cannot be undone."""
        if self.is_decided:
            return False
        return self._move(due_at=now, claimed_at=None, state=state, error=error)

    def finish(self, now: datetime) -> bool:
        """Nothing is left to be done: one that has switched is done, others stay what they are."""
        state = State.DONE if self.has_switched else self.state
        return self._move(due_at=None, claimed_at=None, state=state, finished_at=now)

    def hold(self) -> bool:
        """Keep others from the claim until the transaction ends. False if it was lost."""
        return self._held().select_for_update(no_key=True).first() is not None

    def _held(self) -> ReembeddingQuerySet:
        return Reembedding.objects.unfinished().filter(pk=self.pk, due_at=self.due_at)

    def _move(self, **changes: object) -> bool:
        if self._held().update(**changes) != 1:
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True
