"""Terms for chunks that were written without them, or with those of an earlier version."""

from collections.abc import Iterable, Iterator
from functools import partial
from tempfile import SpooledTemporaryFile

from django.db import transaction

from vectorstores.bm25 import VERSION, document_terms
from vectorstores.models.chunks.binary import terms_row
from vectorstores.models.chunks.tables import Chunk, ChunkTerms
from vectorstores.models.chunks.writing import copy_terms
from vectorstores.models.store_files.store_file import (
    Status,
    VectorStoreFile,
    VectorStoreFileQuerySet,
)

READ = 500  # chunks at a time
IN_MEMORY = 8_000_000  # bytes of rows; beyond, they wait on disk
BLOCK = 65_536


def make_terms(store_file: VectorStoreFile) -> int | None:
    """Write the terms of the file's chunks, all or none. How many; None where the file has been
    replaced or removed since it was read, or has its terms by now.

    Whoever wants the file's row waits for the writing alone: finding the words takes longer.
    """
    with SpooledTemporaryFile(IN_MEMORY) as rows:
        chunks = 0
        for row in _rows(store_file):
            rows.write(row)
            chunks += 1
        rows.seek(0)
        made = _write(store_file, iter(partial(rows.read, BLOCK), b""), chunks)
    return chunks if made else None


def _rows(store_file: VectorStoreFile) -> Iterator[bytes]:
    texts = Chunk.objects.of([store_file]).order_by("position").values_list("position", "text")
    position = -1
    while part := list(texts.filter(position__gt=position)[:READ]):
        for position, text in part:
            terms = document_terms(text)
            yield terms_row(store_file.vector_store_id, store_file.pk, position, terms)


@transaction.atomic
def _write(store_file: VectorStoreFile, rows: Iterable[bytes], chunks: int) -> bool:
    """The version first: it waits for whoever is replacing or removing the file, and then knows."""
    if _as_it_was(store_file).update(terms_version=VERSION) != 1:
        return False
    # Of files that were ingested before these were counted.
    uncounted = VectorStoreFile.objects.filter(status=Status.COMPLETED, chunks_total=0)
    uncounted.filter(pk=store_file.pk).update(chunks_done=chunks, chunks_total=chunks)
    ChunkTerms.objects.of([store_file]).delete()
    copy_terms(rows)
    return True


def _as_it_was(store_file: VectorStoreFile) -> VectorStoreFileQuerySet:
    """The file, if its chunks are those it had when it was read."""
    return VectorStoreFile.objects.live().filter(
        pk=store_file.pk,
        terms_version=store_file.terms_version,
        settled_at=store_file.settled_at,
        usage_bytes=store_file.usage_bytes,
    )
