"""How a file leaves a worker's hands other than completed. Each is one guarded UPDATE."""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from ingestion.last_errors import IngestionError, InternalError
from ingestion.work import Work
from vectorstores.embeddings.errors import (
    SILENT,
    EmbeddingError,
    EmbeddingRefused,
    EmbeddingUnavailable,
)

log = logging.getLogger(__name__)

# What a tenant reads. The embedder's own words name hosts and settings, so they are the log's.
REFUSED = "The embedding model refused the file's text; the server's log has the reason."


def fail(work: Work, error: IngestionError, now: datetime) -> None:
    # A parser's bug looks like a bad file to us; its traceback tells them apart.
    log.warning("File %s failed: %s", work, error, exc_info=error.__cause__)
    with work.lock:
        work.store_file.fail(now, code=error.code, message=str(error))
        work.open = False


def hand_back(work: Work, now: datetime, *, seconds: float = 0, counted: bool = False) -> None:
    """To be taken again after this time; the attempt counts only where the file may be to blame."""
    attempts = work.store_file.attempts - (0 if counted else 1)
    _postpone(work, now + timedelta(seconds=seconds), attempts=attempts)


def try_again_later(work: Work, now: datetime) -> None:
    """After something unforeseen: later each time, until its attempts are used up."""
    hand_back(work, now, seconds=min(2**work.store_file.attempts, 300), counted=True)


def refused(work: Work, now: datetime, *, error: EmbeddingRefused, alone: bool) -> None:
    """Of several files one may be to blame: they are taken again, each alone."""
    if not alone:
        hand_back(work, now, counted=True)
        return
    log.error("The embedder refused file %s: %s", work, error)
    fail(work, InternalError(REFUSED), now)


def wait_for_embedder(work: Work, now: datetime, *, error: EmbeddingError) -> None:
    """Postpone, without counting the attempt: the file is not to blame.

    The wait grows with how long the embedder has been silent, unless the service names its own.
    """
    since = work.store_file.embedder_silent_since or now
    waited = now - since
    if waited > settings.EMBEDDING_GIVE_UP:
        fail(work, InternalError(SILENT), now)
        return
    wished = error.retry_after if isinstance(error, EmbeddingUnavailable) else None
    seconds = min(max(wished or waited.total_seconds() / 4, 2), 300)
    log.warning("File %s waits %d s for the embedder: %s", work, seconds, error)
    _postpone(
        work,
        now + timedelta(seconds=seconds),
        attempts=work.store_file.attempts - 1,
        embedder_silent_since=since,
    )


def _postpone(work: Work, until: datetime, **changes: object) -> None:
    with work.lock:
        work.store_file.postpone(until, **changes)
        work.open = False
