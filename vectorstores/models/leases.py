"""Tables that are queues: a row is work, and what is done with it is one guarded UPDATE.

    waiting ──▶ claimed ──▶ finished          `due_at` is null from then on
       ▲           │ ▲
       │           └─┘ renewed                a long work moves its own `due_at` on
       └───────────┘ postponed, or the lease ran out because the worker died

`due_at` is pending, lease, retry and fence at once. A new row is due now. A claim moves it to
now + lease, and so does renewing; postponing sets now + backoff. Only the worker whose `due_at`
still stands changes the row, and a worker learns that its claim was lost from the row count of its
UPDATE. `claimed_at` only tells a lease from a backoff, for counting.

Files and re-embeddings are claimed so. Index builds are queued likewise, but their worker is fenced
by a lock of the whole database instead of a lease, which Postgres releases when that worker dies.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.utils import timezone

from vectorstores.postgres.text import replace_invalid

Row = TypeVar("Row", bound="QueuedModel", covariant=True)


class QueueQuerySet(models.QuerySet[Row]):
    def unfinished(self) -> Self:
        """Rows that are work still, waiting or in progress. Files have a status that says so."""
        return self.filter(finished_at=None)

    def due(self, now: datetime) -> Self:
        """Rows that no worker holds, and that are to be worked on by now."""
        return self.unfinished().filter(due_at__lte=now)


class ReasonField(models.TextField):
    """Why a row failed or has to wait. Characters that Postgres cannot store are replaced.

    The text often quotes another service. If it could not be saved, the row would not move, and
    the same failure would come back for ever.
    """

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return replace_invalid(prepared) if isinstance(prepared, str) else prepared

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return a plain TextField, since the column is one and migrations need no more."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


class QueuedModel(models.Model):
    due_at = models.DateTimeField(null=True, default=timezone.now)

    class Meta:
        abstract = True

    def _held(self) -> QueueQuerySet[Any]:
        """This row, unless it is no longer the caller's to change."""
        rows: QueueQuerySet[Any] = type(self)._default_manager.get_queryset()  # type: ignore[assignment]
        return rows.unfinished().filter(pk=self.pk)

    def _move(self, **changes: object) -> bool:
        """Change the row, and this object with it. False, and neither changes, if it was lost."""
        if self._held().update(**changes) != 1:
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True


class LeasedModel(QueuedModel):
    claimed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def renew(self, now: datetime, lease: timedelta, **progress: object) -> bool:
        """Hold the claim for another `lease`, and write down how far the work is.

        False if the claim was lost.
        """
        return self._move(due_at=now + lease, **progress)

    def postpone(self, until: datetime, **changes: Any) -> bool:
        """Release the claim, to be claimed again from `until` on. False if it was lost already."""
        return self._move(due_at=until, claimed_at=None, **changes)

    def hold(self) -> bool:
        """Keep others from the claim until the transaction ends. False if it was lost."""
        return self._held().select_for_update(no_key=True).first() is not None

    def _held(self) -> QueueQuerySet[Any]:
        return super()._held().filter(due_at=self.due_at)
