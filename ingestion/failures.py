"""Map exceptions to outcomes: fail, retry or release.

Errors of one file, handled by `failing_alone`; the others of its group go on:

    IngestionError                      fail      with its own code and message
    ModelMismatch, StoreExpired         fail      as server_error, with its message
    BytesLost                           retry     due in 2, 4, 8, … 300 seconds; after the last
                                                  attempt: fail, as server_error
    StoreChanged                        release   due at once, for the store's new model

Errors that end the work on a group, handled by `failing_together` for each open file:

    ClaimLost                           nothing   none is open
    Stopping                            release   due at once
    EmbeddingRefused, of one file       fail      as server_error; the reason is in the log
    EmbeddingRefused, of several        retry     due at once, each alone
    EmbeddingUnavailable and            release   due after a quarter of its silence, or as long as
    EmbedderMisconfigured                         it asks for; after EMBEDDING_GIVE_UP: fail
    transient OperationalError,         release   due in 10 seconds
    OSError of a full disk,
    StorageUnavailable
    anything else                       retry     due in 2, 4, 8, … 300 seconds; raised again

The attempt counts with a retry, because the file may be to blame, and not with a release. A file
that has used up its attempts fails when it is claimed the next time.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from ingestion.claims import Claim, ClaimLost, names, open_claims
from ingestion.last_errors import IngestionError, InternalError
from ingestion.sandbox.child import DISK_FULL
from ingestion.shutdown import Stopping
from vectorstores.embeddings.errors import (
    SILENT,
    EmbedderMisconfigured,
    EmbeddingError,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.errors import BytesLost, ModelMismatch, StorageUnavailable, StoreExpired
from vectorstores.models.switching import StoreChanged

log = logging.getLogger(__name__)

# The message for the tenant. The embedder's own message goes to the log, because it names hosts.
REFUSED = "The embedding model refused the file's text; the server's log has the reason."

# Classes of SQLSTATE that are transient: of the connection, of concurrent transactions, of
# resources, of a server that stops. A statement timeout is not, because the same file would be
# embedded again and again.
_TRANSIENT = ("08", "25", "40", "53", "55", "57P", "58")


@contextmanager
def failing_alone(claim: Claim) -> Iterator[None]:
    """Fail or release this file if the block raises an error of the file or its store."""
    try:
        yield
    except IngestionError as error:
        claim.fail(error, timezone.now())
    except (ModelMismatch, StoreExpired) as error:
        claim.fail(InternalError(error.message), timezone.now())
    except BytesLost as error:
        if claim.store_file.attempts < settings.INGEST_MAX_ATTEMPTS:
            _retry(claim)  # because a disk may be mounted again, or restored
        else:
            claim.fail(InternalError(error.message), timezone.now())
    except StoreChanged:
        claim.release(timezone.now())


@contextmanager
def failing_together(claims: Sequence[Claim]) -> Iterator[None]:
    """Give every file an outcome if the block raises. Unforeseen errors are raised again."""
    try:
        with _foreseen(claims):
            yield
    except BaseException:
        for claim in open_claims(claims):
            _retry(claim)
        raise


@contextmanager
def _foreseen(claims: Sequence[Claim]) -> Iterator[None]:
    try:
        yield
    except ClaimLost:
        log.info("Files %s were cancelled or taken over; the work is dropped.", names(claims))
    except Stopping:
        log.info("Stopping: files %s are released to other workers.", names(open_claims(claims)))
        release_all(claims)
    except EmbeddingRefused as error:
        for claim in open_claims(claims):
            if len(claims) > 1:
                claim.release(timezone.now(), counts=True)
            else:
                log.error("The embedder refused file %s: %s", claim, error)
                claim.fail(InternalError(REFUSED), timezone.now())
    except (EmbeddingUnavailable, EmbedderMisconfigured) as error:
        for claim in open_claims(claims):
            _wait_for_embedder(claim, error)
    except (OperationalError, OSError, StorageUnavailable) as error:
        if not is_transient(error):
            raise
        log.exception("Database or storage failed; files %s wait 10 s.", names(open_claims(claims)))
        if not connection.is_usable():  # because it stays unusable, and a release needs one
            connection.close()
        release_all(claims, seconds=10)


def _retry(claim: Claim) -> None:
    """Release the file for longer with each attempt, which counts."""
    seconds = min(2**claim.store_file.attempts, 300)
    claim.release(timezone.now() + timedelta(seconds=seconds), counts=True)


def release_all(claims: Sequence[Claim], *, seconds: float = 0) -> None:
    """Release the open claims, due in so many seconds, without counting the attempt."""
    for claim in open_claims(claims):
        claim.release(timezone.now() + timedelta(seconds=seconds))


def _wait_for_embedder(claim: Claim, error: EmbeddingError) -> None:
    """Release the file for longer each time, or for as long as the service asks."""
    now = timezone.now()
    since = claim.store_file.embedder_silent_since or now
    silence = now - since
    if silence > settings.EMBEDDING_GIVE_UP:
        claim.fail(InternalError(SILENT), now)
        return
    retry_after = error.retry_after if isinstance(error, EmbeddingUnavailable) else None
    seconds = min(max(retry_after or silence.total_seconds() / 4, 2), 300)
    log.warning("File %s waits %d s for the embedder: %s", claim, seconds, error)
    claim.release(now + timedelta(seconds=seconds), embedder_silent_since=since)


def is_transient(error: OperationalError | OSError | StorageUnavailable) -> bool:
    """Return True for an error of the machine or the database that a later attempt may not meet."""
    if isinstance(error, StorageUnavailable):
        return True
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_TRANSIENT)
