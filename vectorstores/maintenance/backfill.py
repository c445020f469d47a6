"""Renewing the terms of chunks that an earlier version of `vectorstores.bm25` made.

Raising its VERSION takes a migration that recreates the index store_file_terms_to_make. Workers
then go through the files in that index, some thousand chunks at a time, while the service is in
use. Until its turn comes, a file is found by its old terms.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from tempfile import SpooledTemporaryFile

from django.db import transaction

from vectorstores import dispatch
from vectorstores.bm25 import VERSION, document_terms
from vectorstores.models import Chunk, ChunkTerms, Lexicon, VectorStoreFile
from vectorstores.models.chunks.writing import copy_terms, terms_row

MOST_CHUNKS = 10_000  # in a run, or one file that has more
MOST_FILES = 2000  # in a run

PAGE = 500  # chunks read at once
IN_MEMORY = 8_000_000  # bytes of rows; more are kept on disk
BLOCK = 65_536  # bytes written at once


def make_missing_terms() -> int:
    """Renew the terms of some chunks. Return how many, 0 once all have terms of this version."""
    made, stores = 0, set()
    for store_file in VectorStoreFile.objects.terms_to_make()[:MOST_FILES]:
        if chunks := make_terms(store_file):
            made += chunks
            stores.add(store_file.vector_store_id)
        if made >= MOST_CHUNKS:
            break
    dispatch.changed(stores)
    return made


def make_terms(store_file: VectorStoreFile) -> int | None:
    """Write the terms of the file's chunks, all or none.

    Return the number of chunks; None if the file was replaced or removed since it was read, or has
    its terms by now. The file's row is locked only while the terms are written, because extracting
    them takes longer.
    """
    with SpooledTemporaryFile(IN_MEMORY) as rows:
        chunks = 0
        for row in _terms_rows(store_file):
            rows.write(row)
            chunks += 1
        rows.seek(0)
        written = _write_terms(store_file, iter(partial(rows.read, BLOCK), b""))
    return chunks if written else None


def _terms_rows(store_file: VectorStoreFile) -> Iterator[bytes]:
    texts = Chunk.objects.of([store_file]).order_by("position").values_list("position", "text")
    position = -1
    while part := list(texts.filter(position__gt=position)[:PAGE]):
        for position, text in part:
            yield terms_row(store_file, position, document_terms(text))


@transaction.atomic
def _write_terms(store_file: VectorStoreFile, rows: Iterable[bytes]) -> bool:
    """Replace the file's terms. Return False if its chunks are no longer those that were read.

    Set the version first, because that waits for a worker that is replacing or removing the file.
    """
    unchanged = VectorStoreFile.objects.live().filter(
        pk=store_file.pk,
        terms_version=store_file.terms_version,
        settled_at=store_file.settled_at,
        usage_bytes=store_file.usage_bytes,
    )
    if unchanged.update(terms_version=VERSION) != 1:
        return False
    ChunkTerms.objects.of([store_file]).delete()
    copy_terms(rows)
    # It counts the old terms. A review samples the store again.
    Lexicon.objects.filter(vector_store=store_file.vector_store_id).delete()
    return True
