"""Tables that are queues: a row is a job, and each change of its state is one guarded UPDATE.

    waiting ──▶ claimed ──▶ finished          `due_at` is null from then on
       ▲           │ ▲
       │           └─┘ renewed                a long job moves its own `due_at` on
       └───────────┘ postponed, or the lease ran out because the worker died

`due_at` serves as schedule, lease, retry time and fence. A new row is due now. Claiming and
renewing move it to now + lease, postponing to now + backoff. Only the worker that set the current
`due_at` can change the row, and the row count of its UPDATE says whether its claim was lost.
`claimed_at` only tells a lease from a backoff, so that claims can be counted.

Files and re-embeddings are claimed this way. Index builds are queued the same way, but instead of a
lease their worker holds a lock on the whole database, which Postgres releases if the worker dies.
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
        """Select rows that wait or are being worked on. Files override this with their status."""
        return self.filter(finished_at=None)

    def due(self, now: datetime) -> Self:
        """Select rows that no worker holds and whose time has come."""
        return self.unfinished().filter(due_at__lte=now)


class ReasonField(models.TextField):
    """A reason why a row failed or has to wait. Characters Postgres cannot store are replaced.

    The text may quote another service. If it could not be saved, neither could the failure, and
    the row would be tried again for ever.
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
        """Select this row, unless the caller may no longer change it."""
        rows: QueueQuerySet[Any] = type(self)._default_manager.get_queryset()  # type: ignore[assignment]
        return rows.unfinished().filter(pk=self.pk)

    def _move(self, **changes: object) -> bool:
        """Change the row and this object. If the claim was lost, change neither, return False."""
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
        """Extend the claim to `lease` from now, and save progress. False if the claim was lost."""
        return self._move(due_at=now + lease, **progress)

    def postpone(self, until: datetime, **changes: Any) -> bool:
        """Release the claim until `until`, when the row is due again. False if it was lost."""
        return self._move(due_at=until, claimed_at=None, **changes)

    def hold(self) -> bool:
        """Lock the row until the transaction ends. False if the claim was lost."""
        return self._held().select_for_update(no_key=True).first() is not None

    def _held(self) -> QueueQuerySet[Any]:
        return super()._held().filter(due_at=self.due_at)
