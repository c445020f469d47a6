"""Facts to decide from: stores' rows, their files' counts, and Postgres' catalog."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from vectorstores.indexes.definitions import Target
from vectorstores.indexes.needs import Existing, Facts
from vectorstores.models import IndexKind, Status, StoreIndex, VectorStore, VectorStoreFile
from vectorstores.models.reembeddings import Reembedding

_COMPLETED = Q(status=Status.COMPLETED)


def facts_of(store_ids: Iterable[UUID], now: datetime) -> list[Facts]:
    """Return the facts of each of these stores, also of those that do not exist any more.

    Indexes are read first and then what gives them a reason, because a new index would seem to
    have none in the other order.
    """
    ids = set(store_ids)
    indexes: dict[UUID, list[StoreIndex]] = {store_id: [] for store_id in ids}
    for row in StoreIndex.objects.existing().of_stores(ids):
        indexes[row.vector_store_id].append(row)
    changing = {
        row.vector_store_id: {row.generation, row.old_generation}
        for row in Reembedding.objects.unfinished().filter(vector_store__in=ids)
    }
    stores = VectorStore.objects.open(now).in_bulk(ids)
    counts = _file_counts(stores, now)
    found = []
    for store_id, rows in indexes.items():
        store = stores.get(store_id)
        chunks, is_busy = counts.get(store_id, (0, False))
        found.append(
            Facts(
                store_id=store_id,
                generation=store.generation if store else 0,
                generations=frozenset(
                    {store.generation, *changing.get(store_id, ())} if store else ()
                ),
                dimensions=store.embedding_dimensions if store else 0,
                chunks=chunks,
                is_busy=is_busy,
                existing=tuple(
                    Existing(Target.of(row), bool(row.is_valid), churn_of(row)) for row in rows
                ),
            )
        )
    return found


def churn_of(row: StoreIndex) -> float:
    """Return the share of what the index was built with that has been removed or replaced since.

    Nothing is counted as it happens. A file that was there at the build and still is was completed
    before the build began, while one that was attached again has been completed anew: so the
    chunks of the former, of the number at the build, are what is left.
    """
    if row.kind == IndexKind.TEXT or not row.built_at or not row.built_chunks:
        return 0.0
    left = chunks_of(row.vector_store_id, settled_by=row.built_at)
    return max(0.0, 1 - left / row.built_chunks)


def chunks_of(store_id: UUID, *, settled_by: datetime | None = None) -> int:
    """Count the store's chunks; with `settled_by`, of files completed by then and kept since."""
    files = VectorStoreFile.objects.live().filter(_COMPLETED, vector_store=store_id)
    if settled_by:
        files = files.filter(settled_at__lte=settled_by)
    return int(files.aggregate(chunks=Sum("chunks_total", default=0))["chunks"])


def _file_counts(store_ids: Iterable[UUID], now: datetime) -> dict[UUID, tuple[int, bool]]:
    """Count chunks and return whether the store is busy, for each store that has files."""
    in_work = Q(due_at__lte=now) | Q(claimed_at__isnull=False)
    files = VectorStoreFile.objects.live().filter(vector_store__in=list(store_ids))
    rows: Any = files.order_by().values_list("vector_store")
    rows = rows.annotate(
        chunks=Sum("chunks_total", filter=_COMPLETED, default=0),
        busy=Count("pk", filter=Q(status=Status.IN_PROGRESS) & in_work),
    )
    return {store_id: (chunks, busy > 0) for store_id, chunks, busy in rows}
