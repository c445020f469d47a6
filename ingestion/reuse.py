"""Content that the project has already ingested in the same way: its rows are copied.

Nothing is parsed or embedded again for a file that is attached to a second store, or uploaded a
second time. Only within a project, so that nobody learns what others have.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ingestion.claims import ClaimLost
from ingestion.work import Work
from vectorstores.dispatch import changed
from vectorstores.models import VectorStoreFile
from vectorstores.models.chunks import SourceGone, copy_chunks, find_sources
from vectorstores.models.switching import keep_generation

# To be raised when parsers or the chunker make something else of the same file.
RECIPE = 2


def fingerprint(store_file: VectorStoreFile) -> UUID:
    """Of all that decides what a file's chunks are: its bytes, its kind of name, its sizes, and
    the languages in which pictures are read."""
    file = store_file.file
    parts = (
        RECIPE,
        file.sha256,
        PurePath(file.filename).suffix.lower(),
        store_file.max_chunk_size_tokens,
        store_file.chunk_overlap_tokens,
        settings.OCR_LANGUAGES,
    )
    return UUID(bytes=hashlib.sha256(repr(parts).encode()).digest()[:16])


def sources(works: Sequence[Work]) -> list[VectorStoreFile | None]:
    """For each of these files of one project, another one whose chunks it would have."""
    return find_sources([work.store_file for work in works], [work.fingerprint for work in works])


def publish_known(
    store_file: VectorStoreFile, source: VectorStoreFile, now: datetime
) -> int | None:
    """Complete the file with the chunks of `source`. How many; None where they are gone by now.

    Raises ClaimLost or StoreChanged.
    """
    try:
        return _publish(store_file, source, now)
    except SourceGone:
        return None


@transaction.atomic
def _publish(store_file: VectorStoreFile, source: VectorStoreFile, now: datetime) -> int:
    """The store first, which keeps it from being switched. Then the status: it fences off whoever
    lost the claim."""
    keep_generation(store_file.vector_store)
    chunks = source.chunks_total
    published = store_file.complete(
        now,
        usage_bytes=source.usage_bytes,
        terms_version=source.terms_version,
        chunks_done=chunks,
        chunks_total=chunks,
        fingerprint=source.fingerprint,
    )
    if not published:
        raise ClaimLost
    copy_chunks(source=source, target=store_file)
    changed([store_file.vector_store_id])
    return chunks
