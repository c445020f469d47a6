"""Change a store's embedding model, in turns of some seconds.

    add missing embeddings ─▶ index, if the store is large ─▶ switch ─▶ drop the old embeddings
            ▲───────────────────────────┘ files were published meanwhile

Each turn starts from the database's state alone, so another worker can take over from one that was
killed.

Exception in a turn                   outcome of the job

    ClaimLost                         none: another worker has it, or it was cancelled
    Stopping                          release, due at once
    TextRefused, WrongSize            fail
    EmbeddingUnavailable              release, for as long as the service asks for
    EmbedderMisconfigured             release for a minute
    transient OperationalError        release for two seconds
    another OperationalError          release for a minute, because it may fail the same way again
    anything else                     release for a minute; raised again
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from ingestion.claims import ClaimLost
from ingestion.failures import is_transient
from ingestion.reembedding.claim import LATER, SOON, JobClaim
from ingestion.reembedding.generation import TextRefused, clear, fill
from ingestion.shutdown import Stopping
from vectorstores import dispatch, embeddings
from vectorstores.embeddings import availability
from vectorstores.embeddings.errors import EmbedderMisconfigured, EmbeddingUnavailable
from vectorstores.indexes.definitions import Target
from vectorstores.indexes.facts import chunks_of
from vectorstores.indexes.needs import index_min_rows
from vectorstores.models import IndexBuild, IndexKind, Reembedding, StoreIndex
from vectorstores.models.reembeddings import State
from vectorstores.models.switching import switch

log = logging.getLogger(__name__)

# The old embeddings stay this long, because a search that read the store before the switch embeds
# its query first.
GRACE = timedelta(minutes=2)

UNFORESEEN = "Something went wrong; the worker's log has it. It is tried again."


class WrongSize(Exception):
    """The model's vectors have another size than when the change began."""


def advance(job: Reembedding, *, on_tick: Callable[[], None]) -> bool:
    """Advance a claimed change of model by one turn. Return False if an exception ended that.

    `on_tick` is called from time to time, so that the worker can serve other files.
    """
    claim = JobClaim(job, on_tick)
    try:
        try:
            wait = _drop_unsearched(claim) if job.is_decided else _work_towards_switch(claim)
            if wait is not None:
                claim.release(wait)
            return True
        except ClaimLost:
            log.info("Re-embedding of store %s was taken over or cancelled.", job.vector_store_id)
        except Stopping:
            claim.release(timedelta(0))
        except (TextRefused, WrongSize) as error:
            claim.fail(str(error))
        except EmbeddingUnavailable as error:
            seconds = min(max(error.retry_after or 10, 2), 300)
            claim.release(timedelta(seconds=seconds), str(error))
        except EmbedderMisconfigured as error:
            claim.release(LATER, str(error))
        except OperationalError as error:
            claim.release(SOON if is_transient(error) else LATER, str(error))
    except BaseException:  # outermost, because writing an outcome above may fail too
        claim.release(LATER, UNFORESEEN)
        raise
    return False


# Both return how long to wait before the next turn; None if this worker no longer holds the job.


def _work_towards_switch(claim: JobClaim) -> timedelta | None:
    job, store = claim.job, claim.job.vector_store
    if store.deleted_at is not None or store.has_expired(timezone.now()):
        claim.cancel("The store was deleted or has expired.")
        return None
    _check_embedder(job)
    is_filled = fill(claim)
    availability.release_probe(job.model)  # because there may have been nothing to probe with
    if not is_filled:
        return timedelta(0)
    if not _index_is_ready(job):
        return SOON
    if not switch(job, timezone.now(), grace=GRACE):
        return SOON  # because a file was published since, or the store is locked
    dispatch.changed([store.pk])
    log.info("Store %s switched: searches use %s from now on.", store.pk, job.model)
    return None


def _drop_unsearched(claim: JobClaim) -> timedelta | None:
    job = claim.job
    if (wait := clear(claim)) is not None:
        return wait
    claim.complete()
    log.info("Re-embedding of store %s by %s is %s.", job.vector_store_id, job.model, job.state)
    return None


def _check_embedder(job: Reembedding) -> None:
    """Raise WrongSize, or EmbeddingUnavailable while the model's breaker is open, because a turn
    would only keep a worker waiting."""
    model = embeddings.model_of(job.model)
    if model.dimensions != job.dimensions:
        raise WrongSize(
            f"{job.model} was set to {job.dimensions} dimensions when the change began, and is "
            f"set to {model.dimensions} now."
        )
    if not availability.admits(job.model) and (state := availability.open_state(job.model)):
        seconds = (state.until - timezone.now()).total_seconds()
        raise EmbeddingUnavailable(state.reason, seconds, brief=state.brief)


def _index_is_ready(job: Reembedding) -> bool:
    """Tell whether searches of the new embeddings are fast enough to switch.

    A large store needs an index for that, which is requested here. An index that is refused because
    there are too many is not waited for, since others go without one then, too.
    """
    chunks = chunks_of(job.vector_store_id)
    if chunks < index_min_rows(job.dimensions):
        return True
    target = Target(IndexKind.VECTOR, job.vector_store_id, job.generation)
    if StoreIndex.objects.filter(name=target.name, is_valid=True).exists():
        return True
    wanted = IndexBuild.objects.want(
        kind=target.kind,
        store_id=target.store_id,
        generation=target.generation,
        dimensions=job.dimensions,
        chunks=chunks,
        rebuild=False,
        now=timezone.now(),
    )
    if wanted.refused:
        return True
    job.enter(State.INDEXING)
    return False
