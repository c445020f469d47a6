"""Terms made anew for chunks that have those of an earlier version of `vectorstores.bm25`.

Raising its VERSION takes a migration that makes the index store_file_terms_to_make anew. Then
workers go through the files it lists, some thousand chunks at a time, while the service is in use;
until a file's turn comes, its chunks are found by the terms they have.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from tempfile import SpooledTemporaryFile

from django.db import transaction

from vectorstores import dispatch
from vectorstores.bm25 import VERSION, document_terms
from vectorstores.models import Chunk, ChunkTerms, Lexicon, VectorStoreFile
from vectorstores.models.chunks.writing import copy_terms, terms_row

MADE = 10_000  # chunks given their terms at a time, or one file that has more
MADE_FILES = 2000

READ = 500  # chunks at a time
IN_MEMORY = 8_000_000  # bytes of rows; beyond, they wait on disk
BLOCK = 65_536


def make_missing_terms() -> int:
    """Give chunks the terms of this version. Return of how many chunks; 0 where all have them."""
    made, stores = 0, set()
    for store_file in VectorStoreFile.objects.terms_to_make()[:MADE_FILES]:
        if chunks := make_terms(store_file):
            made += chunks
            stores.add(store_file.vector_store_id)
        if made >= MADE:
            break
    dispatch.changed(stores)
    return made


def make_terms(store_file: VectorStoreFile) -> int | None:
    """Write the terms of the file's chunks, all or none.

    Return of how many chunks; None where the file has been replaced or removed since it was read,
    or has its terms by now. Other workers wait for the file's row only while the terms are written,
    because finding the words takes longer.
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
    while part := list(texts.filter(position__gt=position)[:READ]):
        for position, text in part:
            yield terms_row(store_file, position, document_terms(text))


@transaction.atomic
def _write_terms(store_file: VectorStoreFile, rows: Iterable[bytes]) -> bool:
    """Set the version first: that waits for a worker that is replacing or removing the file, and
    then changes nothing, because its chunks are no longer those that were read."""
    as_it_was = VectorStoreFile.objects.live().filter(
        pk=store_file.pk,
        terms_version=store_file.terms_version,
        settled_at=store_file.settled_at,
        usage_bytes=store_file.usage_bytes,
    )
    if as_it_was.update(terms_version=VERSION) != 1:
        return False
    ChunkTerms.objects.of([store_file]).delete()
    copy_terms(rows)
    # It counts the terms of before. A review samples the store anew.
    Lexicon.objects.filter(vector_store=store_file.vector_store_id).delete()
    return True
