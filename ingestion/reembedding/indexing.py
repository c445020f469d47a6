from datetime import datetime

from vectorstores.indexes.definitions import Target
from vectorstores.indexes.facts import chunks_of
from vectorstores.indexes.needs import index_min_rows
from vectorstores.models import IndexBuild, IndexKind, Reembedding, StoreIndex
from vectorstores.models.reembeddings import State


def index_is_ready(job: Reembedding, now: datetime) -> bool:
    """Whether the store can be searched as fast by the new embeddings as it should be.

    A large store needs an index for that, which is asked for; unless there are too many already,
    since then the others have none either.
    """
    chunks = chunks_of(job.vector_store_id)
    if chunks < index_min_rows(job.dimensions) or _has_index(job):
        return True
    wanted = IndexBuild.objects.want(
        kind=IndexKind.VECTOR,
        store_id=job.vector_store_id,
        generation=job.generation,
        dimensions=job.dimensions,
        chunks=chunks,
        rebuild=False,
        now=now,
    )
    if wanted.refused:
        return True
    job.enter(State.INDEXING)
    return False


def _has_index(job: Reembedding) -> bool:
    name = Target(IndexKind.VECTOR, job.vector_store_id, job.generation).name
    return StoreIndex.objects.filter(name=name, is_valid=True).exists()
