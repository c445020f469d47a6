from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from vectorstores.models.chunks import Chunk, ChunkEmbedding
from vectorstores.models.reembeddings.states import BEFORE_THE_SWITCH, State


def _count(rows: QuerySet[Any]) -> Case:
    """Of those of the store of each change that is not decided yet."""
    mine = rows.filter(vector_store_id=OuterRef("vector_store_id")).order_by()
    counted = mine.values("vector_store_id").annotate(rows=Count("*")).values("rows")
    return Case(When(state__in=BEFORE_THE_SWITCH, then=Coalesce(Subquery(counted), 0)))


PROGRESS = {
    "chunks_done": _count(ChunkEmbedding.objects.filter(generation=OuterRef("generation"))),
    "chunks_total": _count(Chunk.objects.all()),
}


def progress_of(job: Any) -> str:
    """What is left to be done, of a change read `with_progress()`."""
    if job.state in BEFORE_THE_SWITCH:
        done, total = min(job.chunks_done, job.chunks_total), job.chunks_total
        percent = 100 * done // total if total else 100  # 100 only where all is done
        return f"{done:,} of {total:,} chunks ({percent} %)"
    if job.finished_at:
        return ""
    return f"the {'old' if job.state == State.SWITCHED else 'new'} embeddings are being dropped"
