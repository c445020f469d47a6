"""Reuse of content that the project has already ingested in the same way: its rows are copied.

Nothing is parsed or embedded again for a file that is attached to a second store, or uploaded a
second time. Only within a project, so that no project learns what others have.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ingestion.claims import Claim, settling
from ingestion.failures import failing_alone
from vectorstores.dispatch import changed
from vectorstores.models import VectorStoreFile
from vectorstores.models.chunks import SourceGone, copy_chunks, find_sources
from vectorstores.models.switching import lock_generation

log = logging.getLogger(__name__)

# Raise it when parsers or the chunker make something else of the same file.
PIPELINE_VERSION = 3


def fingerprint(store_file: VectorStoreFile) -> UUID:
    """Hash all that decides what a file's chunks are: its bytes, its kind of name, its sizes, the
    languages in which pictures are read, and the parser."""
    file = store_file.file
    parts = (
        PIPELINE_VERSION,
        file.sha256,
        PurePath(file.filename).suffix.lower(),
        store_file.max_chunk_size_tokens,
        store_file.chunk_overlap_tokens,
        settings.OCR_LANGUAGES,
        settings.PARSER,
    )
    return UUID(bytes=hashlib.sha256(repr(parts).encode()).digest()[:16])


def reuse_chunks(claims: Sequence[Claim]) -> None:
    """Complete those of these files, of one project, whose chunks another of its files has."""
    rows = [claim.store_file for claim in claims]
    sources = find_sources(rows, [claim.fingerprint for claim in claims])
    for claim, source in zip(claims, sources, strict=True):
        if source:
            with failing_alone(claim):
                publish_copy(claim, source, timezone.now())


def publish_copy(claim: Claim, source: VectorStoreFile, now: datetime) -> int | None:
    """Complete the file with the chunks of `source`. Return how many.

    Return None where nothing was copied: the claim was lost, or it is still open because the
    chunks are gone by now. Raises StoreChanged.
    """
    target, chunks = claim.store_file, source.chunks_total
    try:
        with settling([claim]), transaction.atomic():
            lock_generation(target.vector_store)  # first, so that the store is not switched
            # Then the status, because it fences off workers that have lost the claim.
            completed = claim.complete(
                now,
                usage_bytes=source.usage_bytes,
                terms_version=source.terms_version,
                chunks_done=chunks,
                chunks_total=chunks,
                fingerprint=source.fingerprint,
                warnings=source.warnings,
            )
            if not completed:
                return None
            copy_chunks(source=source, target=target)
            changed([target.vector_store_id])
    except SourceGone:
        return None
    log.info("File %s completed with %d chunks copied from another file.", claim, chunks)
    return chunks
