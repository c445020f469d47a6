"""Adding the embeddings that a generation lacks, some files at a time."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing

from django.db import transaction

from ingestion.claims import ClaimLost
from ingestion.embedding import embed
from ingestion.reembedding.claim import Claim
from ingestion.spool import VectorSpool
from vectorstores.embeddings import model_of
from vectorstores.embeddings.errors import EmbeddingRefused
from vectorstores.models import File, Reembedding, VectorStoreFile
from vectorstores.models.chunks import Content, write_embeddings
from vectorstores.models.chunks.generations import (
    furthest_file,
    hold_unchanged,
    missing_files,
    texts_of,
)

# What is written together: some hundred chunks, so that requests are full. A larger file is alone,
# and so is each for a model in this process, which embeds one text after the other.
GROUP_FILES, GROUP_BYTES = 256, 1_000_000

PAGE = 256  # files that are looked for at once

Part = tuple[VectorStoreFile, VectorSpool]


class TextRefused(Exception):
    """The model embeds none of this file's text. Why, for an operator."""


def fill(job: Reembedding, claim: Claim) -> bool:
    """Whether nothing was missing any more, when the turn was over or everything was looked at.

    First files behind those that are done, which are found at once. Then all, which tells as well
    which were published, or published again, after they had been passed. Raises TextRefused, or
    any other EmbeddingError.
    """
    for after in (furthest_file(job.vector_store_id, job.generation), 0):
        for group in _groups(job, after):
            _add(job, group, claim.check)
            if claim.is_over:
                return False
    return True


def _groups(job: Reembedding, after: int) -> Iterator[list[VectorStoreFile]]:
    group: list[VectorStoreFile] = []
    size = 0
    for file in _missing(job, after):
        most_files = GROUP_FILES if model_of(job.model).is_remote else 1
        is_full = len(group) == most_files or size + file.usage_bytes > GROUP_BYTES
        if group and is_full:
            yield group
            group, size = [], 0
        group.append(file)
        size += file.usage_bytes
    if group:
        yield group


def _missing(job: Reembedding, after: int) -> Iterator[VectorStoreFile]:
    while page := missing_files(job.vector_store_id, job.generation, after=after, most=PAGE):
        yield from page
        after = page[-1].pk
        if len(page) < PAGE:
            return


def _add(job: Reembedding, files: Sequence[VectorStoreFile], check: Callable[[], None]) -> None:
    try:
        _embed_and_write(job, files, check)
    except EmbeddingRefused as error:
        if len(files) == 1:
            raise TextRefused(_refusal(job, files[0].file, error)) from error
        for file in files:  # to find the one that is to blame
            _add(job, [file], check)


def _embed_and_write(
    job: Reembedding, files: Sequence[VectorStoreFile], check: Callable[[], None]
) -> None:
    with ExitStack() as spools:
        parts = [(file, spools.enter_context(closing(VectorSpool()))) for file in files]
        _embed(job.model, parts, check)
        _write(job, parts)


def _embed(model: str, parts: Sequence[Part], check: Callable[[], None]) -> None:
    """The vectors of all files as one stream, each to its own."""
    owners: deque[VectorSpool] = deque()

    def texts() -> Iterator[str]:
        for file, vectors in parts:
            for text in texts_of(file):
                owners.append(vectors)
                yield text

    with closing(embed(texts(), model=model, check_cancelled=check)) as batches:
        for batch in batches:
            for vector in batch:
                owners.popleft().add(vector[None])


@transaction.atomic
def _write(job: Reembedding, parts: Sequence[Part]) -> None:
    """Files that were published again since they were read are missing still. Raises ClaimLost."""
    if not job.hold():
        raise ClaimLost
    chunks = hold_unchanged([file for file, _ in parts], job.generation)
    same = [
        Content(file, (), vectors)
        for file, vectors in parts
        if chunks.get(file.pk) == vectors.count
    ]
    write_embeddings(same, [job.generation] * len(same))


def _refusal(job: Reembedding, file: File, error: EmbeddingRefused) -> str:
    return f"{job.model} refused the text of {file.public_id} ({file.filename}): {error}"
