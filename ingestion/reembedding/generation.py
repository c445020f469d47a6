"""Add the embeddings that a generation lacks, and drop those that no search reads any more.

Both work through a store's files in slices, each its own transaction, and may stop after any slice,
because the rows show where to continue.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta

from django.db import transaction

from ingestion.embedding import embed
from ingestion.reembedding.claim import SOON, JobClaim
from ingestion.spool import VectorSpool
from vectorstores.embeddings import model_of
from vectorstores.embeddings.errors import EmbeddingRefused
from vectorstores.indexes.definitions import Target
from vectorstores.indexes.dropping import drop
from vectorstores.models import IndexBuild, IndexKind, Reembedding, VectorStoreFile
from vectorstores.models.chunks import Content, generations, write_embeddings

# The files of one group: some hundred chunks, since that fills requests. A larger file is alone,
# and so is each file for a model in this process, because that embeds one text after the other.
GROUP_FILES, GROUP_BYTES = 256, 1_000_000

PAGE = 256  # files per query
SLICE = 5_000  # embeddings dropped per transaction

Part = tuple[VectorStoreFile, VectorSpool]


class TextRefused(Exception):
    """The model refused the text of a file. The message is for an operator."""


# --- adding ---------------------------------------------------------------------------------------


def fill(claim: JobClaim) -> bool:
    """Add the embeddings the job's generation lacks. Return False if the turn ended before that.

    Files after the last one done come first, because they are found at once. A second pass over all
    files finds those that were published, or published again, behind it. Raises TextRefused, or any
    other EmbeddingError.
    """
    job = claim.job
    for after in (generations.furthest_file(job.vector_store_id, job.generation), 0):
        for group in _groups(job, after):
            _add(claim, group)
            if claim.is_over:
                return False
    return True


def _groups(job: Reembedding, after: int) -> Iterator[list[VectorStoreFile]]:
    """Yield the files after `after` that lack embeddings, in groups to be written together.

    Write each group before taking the next.
    """
    most_files = GROUP_FILES if model_of(job.model).is_remote else 1
    store = job.vector_store_id
    group: list[VectorStoreFile] = []
    size = 0
    while page := generations.missing_files(store, job.generation, after=after, most=PAGE):
        for file in page:
            is_full = len(group) == most_files or size + file.usage_bytes > GROUP_BYTES
            if group and is_full:
                yield group
                group, size = [], 0
            group.append(file)
            size += file.usage_bytes
        after = page[-1].pk
        if len(page) < PAGE:
            break
    if group:
        yield group


def _add(claim: JobClaim, files: Sequence[VectorStoreFile]) -> None:
    try:
        with ExitStack() as spools:
            parts = [(file, spools.enter_context(closing(VectorSpool()))) for file in files]
            _embed(claim, parts)
            _write(claim, parts)
    except EmbeddingRefused as error:
        if len(files) > 1:
            for file in files:  # one by one, since any of them may be to blame
                _add(claim, [file])
            return
        source = files[0].file
        raise TextRefused(
            f"{claim.job.model} refused the text of {source.public_id} ({source.filename}): {error}"
        ) from error


def _embed(claim: JobClaim, parts: Sequence[Part]) -> None:
    """Embed the texts of all files as one stream, and give each file its vectors."""
    owners: deque[VectorSpool] = deque()

    def texts() -> Iterator[str]:
        for file, vectors in parts:
            for text in generations.texts_of(file):
                owners.append(vectors)
                yield text

    stream = embed(texts(), model=claim.job.model, check_cancelled=claim.check_cancelled)
    with closing(stream):
        for batch in stream:
            for vector in batch:
                owners.popleft().add(vector[None])


@transaction.atomic
def _write(claim: JobClaim, parts: Sequence[Part]) -> None:
    """Write the embeddings of files whose text is unchanged; a file that was published again
    meanwhile still lacks them. Raises ClaimLost."""
    claim.hold()
    generation = claim.job.generation
    chunks = generations.lock_unchanged([file for file, _ in parts], generation)
    same = [
        Content(file, (), vectors)
        for file, vectors in parts
        if chunks.get(file.pk) == vectors.count
    ]
    write_embeddings(same, [generation] * len(same))


# --- dropping -------------------------------------------------------------------------------------


def clear(claim: JobClaim) -> timedelta | None:
    """Drop the embeddings that no search reads: those from before the switch, or those of a change
    that never switched. Return how long to wait before the next turn; None once all are gone.

    The index goes first, because removing rows from it takes longer than it took to build.
    """
    job = claim.job
    generation = job.old_generation if job.has_switched else job.generation
    target = Target(IndexKind.VECTOR, job.vector_store_id, generation)
    IndexBuild.objects.unfinished().of(target.kind, target.store_id, target.generation).delete()
    if drop([target]):  # still there, because it is being built or read
        return SOON
    after = 0
    while after := _drop_some(claim, generation, after):
        claim.check_cancelled()
        if claim.is_over:
            return timedelta(0)
    # Some may be left, because files that were locked are skipped.
    return SOON if generations.is_any_left(job.vector_store_id, generation) else None


@transaction.atomic
def _drop_some(claim: JobClaim, generation: int, after: int) -> int:
    """Drop a slice after the file `after`. Return its last file, or 0 if nothing was left."""
    claim.hold()
    job, difference = claim.job, 0
    if job.has_switched:
        difference = generations.difference_of(
            dimensions=job.dimensions, old_dimensions=job.old_dimensions
        )
    return generations.drop_some(
        job.vector_store_id, generation, after=after, most=SLICE, difference=difference
    )
