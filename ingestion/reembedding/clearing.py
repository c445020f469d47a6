from datetime import timedelta

from django.db import transaction

from ingestion.claims import ClaimLost
from ingestion.reembedding.claim import Claim
from vectorstores.indexes.definitions import Target
from vectorstores.indexes.dropping import drop
from vectorstores.models import IndexBuild, IndexKind, Reembedding
from vectorstores.models.chunks.generations import difference_of, drop_some, is_any_left

SLICE = 5_000  # embeddings in one transaction
SOON = timedelta(seconds=2)


def clear(job: Reembedding, claim: Claim) -> timedelta | None:
    """Drop the embeddings that nobody searches: those from before, or those of a change that came
    to nothing. None once all are gone, or how long to leave it alone before going on.

    The index goes first: rows are removed from it more slowly than it was built.
    """
    generation = job.old_generation if job.has_switched else job.generation
    target = Target(IndexKind.VECTOR, job.vector_store_id, generation)
    IndexBuild.objects.unfinished().of(target.kind, target.store_id, target.generation).delete()
    if drop([target]):  # somebody builds there, or reads
        return SOON
    after = 0
    while after := _drop_some(job, generation, after):
        claim.check()
        if claim.is_over:
            return timedelta(0)
    # Files that somebody had locked are left.
    return SOON if is_any_left(job.vector_store_id, generation) else None


@transaction.atomic
def _drop_some(job: Reembedding, generation: int, after: int) -> int:
    if not job.hold():
        raise ClaimLost
    difference = 0
    if job.has_switched:
        difference = difference_of(dimensions=job.dimensions, old_dimensions=job.old_dimensions)
    return drop_some(
        job.vector_store_id, generation, after=after, most=SLICE, difference=difference
    )
