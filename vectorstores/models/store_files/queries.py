from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, ExpressionWrapper, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject

from vectorstores.bm25 import VERSION
from vectorstores.models.files import File
from vectorstores.models.store_files.status import Stage, Status
from vectorstores.models.stores import VectorStore

if TYPE_CHECKING:
    from vectorstores.models.store_files.store_file import VectorStoreFile  # noqa: F401, below

UNCLAIMED = {"claimed_at": None, "stage": Stage.WAITING}
FROM_THE_START = {**UNCLAIMED, "chunks_done": 0, "chunks_total": 0}

# `usage_bytes` stays until the chunks it counts are gone, so it tells where any are left.
LEFTOVERS = Q(status__in=("failed", "cancelled"), usage_bytes__gt=0)


class VectorStoreFileQuerySet(models.QuerySet["VectorStoreFile"]):
    def in_store(self, store: VectorStore) -> Self:
        return self.filter(vector_store=store)

    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def present(self, now: datetime) -> Self:
        """What a client sees: live, and of a file that has not expired, purged or not."""
        return self.live().exclude(file__in=File.objects.expired(now))  # few: those since a purge

    def searchable(self, now: datetime) -> Self:
        """Files whose chunks may be found. One attached again serves its old ones until the new."""
        return self.present(now).filter(status__in=(Status.COMPLETED, Status.IN_PROGRESS))

    def due(self, now: datetime) -> Self:
        return self.live().filter(
            status=Status.IN_PROGRESS, due_at__lte=now, vector_store__deleted_at=None
        )

    def for_model(self, name: str) -> Self:
        return self.filter(vector_store__embedding_model=name)

    def not_for(self, models: Collection[str]) -> Self:
        """Files whose store has none of these embedding models."""
        return self.exclude(vector_store__embedding_model__in=models)

    def in_hand(self, now: datetime) -> Self:
        """Files that a worker holds at this moment."""
        return self.live().filter(
            status=Status.IN_PROGRESS, claimed_at__isnull=False, due_at__gt=now
        )

    def counts(
        self, owner: str, now: datetime, **more: models.Aggregate
    ) -> models.QuerySet[Any, Any]:
        """One JSON object per `owner` (a foreign key's name): files by status, and bytes in use."""
        by_status = {status.value: Count("status", filter=Q(status=status)) for status in Status}
        summary = JSONObject(
            **by_status,
            total=Count("*"),
            usage_bytes=Coalesce(Sum("usage_bytes", filter=Q(status=Status.COMPLETED)), 0),
            **more,
        )
        rows = self.present(now).order_by().values(owner)
        return rows.annotate(summary=summary).values("summary")

    def cancel(self, now: datetime) -> int:
        """Cancel what has not finished. A worker in the middle loses its claim by this."""
        return (
            self.live()
            .filter(status=Status.IN_PROGRESS)
            .update(status=Status.CANCELLED, due_at=None, settled_at=now, **UNCLAIMED)
        )

    def give_up(self, now: datetime, *, code: str, message: str) -> int:
        """Fail what is due, and so in nobody's hands."""
        return (
            self.live()
            .filter(status=Status.IN_PROGRESS, due_at__lte=now)
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
            embedder_silent_since=None,
            attempts=0,
            last_error_code="",
            last_error_message="",
            settled_at=None,
            **FROM_THE_START,
        )

    def to_adopt(self) -> Self:
        """Files without a project: a process of the release before has attached them."""
        return self.filter(project__isnull=True)

    def adopt(self) -> int:
        """Say of each what that release does not: whose it is, and whether it came with others."""
        stores = VectorStore.objects.filter(pk=OuterRef("vector_store"))
        in_batch = ExpressionWrapper(Q(batch__isnull=False), output_field=models.BooleanField())
        return self.update(project=Subquery(stores.values("project")), bulk=in_batch)

    def with_leftovers(self) -> Self:
        """Files that were searchable, were attached again and did not complete the second time."""
        return self.live().filter(LEFTOVERS)

    def terms_to_make(self) -> Self:
        """Files whose chunks have no terms, or those of an earlier version."""
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
