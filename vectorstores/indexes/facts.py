"""What is known of stores: their rows, their files' counts, and Postgres' catalog."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from vectorstores.indexes.counting import Counted, chunks_of, count
from vectorstores.indexes.names import Target
from vectorstores.indexes.needs import Existing, Facts
from vectorstores.models import IndexKind, StoreIndex, VectorStore
from vectorstores.models.reembeddings import Reembedding

NOTHING = Counted(0, is_busy=False)


def facts_of(store_ids: Iterable[UUID], now: datetime) -> list[Facts]:
    """Of each of these stores, also of one that is gone.

    Indexes are read first, then what gives them a reason: one that is new would seem to have none
    in the other order.
    """
    ids = set(store_ids)
    existing: dict[UUID, list[StoreIndex]] = {store_id: [] for store_id in ids}
    for row in StoreIndex.objects.existing().of_stores(ids):
        existing[row.vector_store_id].append(row)
    others = generations_besides(ids)
    stores = {store.pk: store for store in VectorStore.objects.open(now).filter(pk__in=ids)}
    counted = count(stores, now)
    return [
        _facts(
            store_id,
            stores.get(store_id),
            others.get(store_id, set()),
            counted.get(store_id, NOTHING),
            existing[store_id],
        )
        for store_id in ids
    ]


def generations_besides(store_ids: Iterable[UUID]) -> dict[UUID, set[int]]:
    """Of stores whose embedding model is being changed: the one before and the one to come."""
    rows = Reembedding.objects.unfinished().filter(vector_store__in=list(store_ids))
    return {row.vector_store_id: {row.generation, row.old_generation} for row in rows}


def _facts(
    store_id: UUID,
    store: VectorStore | None,
    others: set[int],
    counted: Counted,
    rows: list[StoreIndex],
) -> Facts:
    return Facts(
        store_id=store_id,
        generation=store.generation if store else 0,
        generations=frozenset({store.generation, *others} if store else ()),
        dimensions=store.embedding_dimensions if store else 0,
        chunks=counted.chunks,
        is_busy=counted.is_busy,
        existing=tuple(_existing(row) for row in rows),
    )


def _existing(row: StoreIndex) -> Existing:
    return Existing(Target.of(row), bool(row.is_valid), _churn(row))


def _churn(row: StoreIndex) -> float:
    """How much of what the index was built with has been removed or replaced since.

    Nothing is counted as it happens. A file that was there then and is there still was completed
    before the build began, and one that was attached again has been completed anew: so what those
    have, of what there was at the build, is left of it.
    """
    if row.kind == IndexKind.TEXT or not row.built_at or not row.built_chunks:
        return 0.0
    left = chunks_of(row.vector_store_id, settled_by=row.built_at)
    return max(0.0, 1 - left / row.built_chunks)
