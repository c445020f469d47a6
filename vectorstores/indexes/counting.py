"""How many chunks stores have, from the rows of their files."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, Sum

from vectorstores.models import Status, VectorStoreFile

_COMPLETED = Q(status=Status.COMPLETED)


class Counted(NamedTuple):
    chunks: int
    is_busy: bool  # a file is due, or in a worker's hands


def count(store_ids: Iterable[UUID], now: datetime) -> dict[UUID, Counted]:
    """Of those stores that have any files."""
    at_work = Q(due_at__lte=now) | Q(claimed_at__isnull=False)
    files = VectorStoreFile.objects.live().filter(vector_store__in=list(store_ids))
    rows: Any = files.order_by().values_list("vector_store")
    rows = rows.annotate(
        chunks=Sum("chunks_total", filter=_COMPLETED, default=0),
        busy=Count("pk", filter=Q(status=Status.IN_PROGRESS) & at_work),
    )
    return {store_id: Counted(chunks, busy > 0) for store_id, chunks, busy in rows}


def chunks_of(store_id: UUID, *, settled_by: datetime | None = None) -> int:
    """Those of files that were completed by then and have neither gone nor come anew since."""
    files = VectorStoreFile.objects.live().filter(_COMPLETED, vector_store=store_id)
    if settled_by:
        files = files.filter(settled_at__lte=settled_by)
    return int(files.aggregate(chunks=Sum("chunks_total", default=0))["chunks"])
