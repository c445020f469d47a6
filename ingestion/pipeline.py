"""One file, from bytes to searchable chunks.

    claim ─▶ parse ─▶ chunk ─▶ embed ─▶ publish
               └────────┴────────┴── fail, with a reason    or    postpone, to be tried again

Nothing is written before `publish`, and that is one transaction: a worker that is killed, or whose
file is cancelled meanwhile, leaves no trace.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from ingestion.chunking import Chunk, chunk
from ingestion.errors import FileTooLarge, IngestionError, InternalError
from ingestion.lease import Claim, ClaimLost, kept
from ingestion.parsing import Section, parse
from ingestion.stages import Stages
from vectorstores.embeddings import get_embedder
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingError,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.errors import ModelMismatch, StoreExpired
from vectorstores.models import File, VectorStoreFile
from vectorstores.models.chunks import replace_chunks, stored_bytes

log = logging.getLogger(__name__)


# What a tenant reads. The embedder's own words name hosts and settings, so they are the log's.
REFUSED = "The embedding model refused the file's text; the server's log has the reason."
SILENT = "The embedding service gave no answer for too long; attach the file again."


def ingest(store_file_id: int) -> None:
    """Take the file if it is due, and bring it to its end or hand it back."""
    if not VectorStoreFile(pk=store_file_id).claim(timezone.now(), settings.INGEST_LEASE):
        return  # done, removed, or in other hands: a message may come twice
    files = VectorStoreFile.objects.select_related("file", "vector_store")
    store_file = files.get(pk=store_file_id)
    with _handed_back_on_failure(store_file):
        try:
            _ingest(store_file)
        except ClaimLost:
            log.info("File %s was cancelled or taken over; its work is dropped.", store_file_id)
        except IngestionError as error:
            _fail(store_file, error.code, str(error), cause=error.__cause__)
        except MemoryError as error:
            _fail(store_file, FileTooLarge.code, str(FileTooLarge()), cause=error)
        except (ModelMismatch, StoreExpired) as error:
            _fail(store_file, InternalError.code, f"{InternalError.opening} {error.message}")
        except EmbeddingRefused as error:
            log.error("The embedder refused file %s: %s", store_file_id, error)
            _fail(store_file, InternalError.code, f"{InternalError.opening} {REFUSED}")
        except (EmbeddingUnavailable, EmbedderMisconfigured) as error:
            _wait_for_embedder(store_file, error, timezone.now())


def _ingest(store_file: VectorStoreFile) -> None:
    if store_file.attempts > settings.INGEST_MAX_ATTEMPTS:
        raise InternalError
    if store_file.file.bytes > settings.MAX_FILE_BYTES:  # it came in parts, which may be more
        raise FileTooLarge
    store_file.vector_store.check_open(timezone.now())
    stages = Stages()
    with kept(store_file, settings.INGEST_LEASE) as claim:
        with stages.timed("parse"), _on_disk(store_file.file) as path:
            sections = parse(path, store_file.file.filename)
        claim.check()
        with stages.timed("chunk"):
            chunks = _chunk(sections, store_file)
        with stages.timed("embed"):
            embeddings = _embed([part.text for part in chunks], claim)
    with stages.timed("store"):
        _publish(store_file, chunks, embeddings, timezone.now())
    log.info("File %s completed with %d chunks: %s", store_file.pk, len(chunks), stages)


def _chunk(sections: Sequence[Section], store_file: VectorStoreFile) -> list[Chunk]:
    return chunk(
        sections,
        max_tokens=store_file.max_chunk_size_tokens,
        overlap_tokens=store_file.chunk_overlap_tokens,
    )


def _embed(texts: Sequence[str], claim: Claim) -> NDArray[np.float32]:
    """Vectors of the shape (len(texts), dimensions)."""
    embedder = get_embedder()
    parts = []
    for start in range(0, len(texts), embedder.batch_size):
        claim.check()
        parts.append(embedder.embed(texts[start : start + embedder.batch_size]))
    return np.concatenate(parts)


@transaction.atomic
def _publish(
    store_file: VectorStoreFile,
    chunks: Sequence[Chunk],
    embeddings: NDArray[np.float32],
    now: datetime,
) -> None:
    """Status, counts and chunks at once. The status first: it fences off whoever lost the claim."""
    if not store_file.complete(now, usage_bytes=stored_bytes(chunks, embeddings)):
        raise ClaimLost
    replace_chunks(store_file, chunks, embeddings)


def _fail(
    store_file: VectorStoreFile, code: str, message: str, cause: BaseException | None = None
) -> None:
    # A parser's bug looks like a bad file to us; its traceback tells them apart.
    log.warning("File %s failed: %s", store_file.pk, message, exc_info=cause)
    store_file.fail(timezone.now(), code=code, message=message)


def _wait_for_embedder(store_file: VectorStoreFile, error: EmbeddingError, now: datetime) -> None:
    """Postpone, without counting the attempt: the file is not to blame.

    The wait grows with how long the embedder has been silent, unless the service names its own.
    """
    since = store_file.embedder_silent_since or now
    waited = now - since
    if waited > settings.EMBEDDING_GIVE_UP:
        _fail(store_file, InternalError.code, f"{InternalError.opening} {SILENT}")
        return
    wished = error.retry_after if isinstance(error, EmbeddingUnavailable) else None
    seconds = min(max(wished or waited.total_seconds() / 4, 2), 300)
    log.warning("File %s waits %d s for the embedder: %s", store_file.pk, seconds, error)
    store_file.postpone(
        now + timedelta(seconds=seconds),
        attempts=store_file.attempts - 1,
        embedder_silent_since=since,
    )


@contextmanager
def _handed_back_on_failure(store_file: VectorStoreFile) -> Iterator[None]:
    """Whatever goes wrong unforeseen is tried again, later each time, and logged by Celery."""
    with ExitStack() as undoing:
        undoing.callback(_try_again_later, store_file)
        yield
        undoing.pop_all()


def _try_again_later(store_file: VectorStoreFile) -> None:
    store_file.postpone(timezone.now() + timedelta(seconds=min(2**store_file.attempts, 300)))


@contextmanager
def _on_disk(file: File) -> Iterator[Path]:
    """The file's bytes as a local path: in place where they are on disk, else a copy."""
    try:
        path = Path(file.content.path)
    except NotImplementedError:  # how Django's storages say that they are not a disk
        with tempfile.NamedTemporaryFile() as copy, file.content.open("rb") as content:
            shutil.copyfileobj(content, copy)
            copy.flush()
            yield Path(copy.name)
    else:
        yield path
