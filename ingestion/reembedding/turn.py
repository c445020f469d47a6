"""One turn, from what the job is at to what it is at then; and what keeps it from getting on."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from ingestion.claims import ClaimLost, Stopping
from ingestion.reembedding.claim import Claim
from ingestion.reembedding.clearing import clear
from ingestion.reembedding.filling import TextRefused, fill
from ingestion.reembedding.indexing import index_is_ready
from vectorstores import dispatch, embeddings
from vectorstores.embeddings import availability
from vectorstores.embeddings.errors import EmbedderMisconfigured, EmbeddingUnavailable
from vectorstores.models import Reembedding
from vectorstores.models.reembeddings import State
from vectorstores.models.switching import switch

log = logging.getLogger(__name__)

# For searches that have read the store before it was switched: they embed the question first.
GRACE = timedelta(minutes=2)

SOON = timedelta(seconds=2)  # while an index is built or dropped, or somebody publishes
LATER = timedelta(minutes=1)  # after what an operator has to mend, or something unforeseen

UNFORESEEN = "Something went wrong; the worker's log has it. It is tried again."


class WrongSize(Exception):
    """The model gives vectors of another size than when the change began."""


def go_on(job: Reembedding, *, between: Callable[[], None]) -> bool:
    """Bring a claimed change of model further. Whether nothing kept it from that.

    `between` is called from time to time.
    """
    with _handed_back(job):
        wait = _advance(job, Claim(job, between))
        if wait is not None:
            job.postpone(timezone.now() + wait)
        return True
    return False


def _advance(job: Reembedding, claim: Claim) -> timedelta | None:
    """How long to leave it alone; None where somebody else or nobody has it any more."""
    if not job.is_decided:
        return _towards_the_switch(job, claim)
    if (wait := clear(job, claim)) is not None:
        return wait
    job.finish(timezone.now())
    log.info("The change of store %s to %s is %s.", job.vector_store_id, job.model, job.state)
    return None


def _towards_the_switch(job: Reembedding, claim: Claim) -> timedelta | None:
    if _is_closed(job):
        job.end(timezone.now(), State.CANCELLED, "The store was deleted or has expired.")
        return None
    _check_size(job)
    _check_availability(job)
    is_filled = fill(job, claim)
    availability.release_probe(job.model)  # where there was nothing to try it with
    if not is_filled:
        return timedelta(0)
    if not index_is_ready(job, timezone.now()):
        return SOON
    if not switch(job, timezone.now(), grace=GRACE):
        return SOON  # a file was published since, or somebody has it locked
    dispatch.changed([job.vector_store_id])
    log.info("Store %s is searched by %s from now on.", job.vector_store_id, job.model)
    return None


def _is_closed(job: Reembedding) -> bool:
    store = job.vector_store
    return store.deleted_at is not None or store.has_expired(timezone.now())


def _check_availability(job: Reembedding) -> None:
    """Whoever begins while the embedder is left alone waits for it, and keeps a worker waiting."""
    if not availability.admits(job.model) and (state := availability.open_state(job.model)):
        seconds = (state.until - timezone.now()).total_seconds()
        raise EmbeddingUnavailable(state.reason, seconds, brief=state.brief)


def _check_size(job: Reembedding) -> None:
    model = embeddings.model_of(job.model)
    if model.dimensions != job.dimensions:
        raise WrongSize(
            f"{job.model} was set to {job.dimensions} dimensions when the change began, and is "
            f"set to {model.dimensions} now."
        )


@contextmanager
def _handed_back(job: Reembedding) -> Iterator[None]:
    with ExitStack() as unforeseen:
        unforeseen.callback(_wait, job, LATER, UNFORESEEN)
        try:
            yield
        except ClaimLost:
            log.info("The change of store %s was taken over or cancelled.", job.vector_store_id)
        except Stopping:
            job.postpone(timezone.now())
        except (TextRefused, WrongSize) as error:
            _end(job, str(error))
        except EmbeddingUnavailable as error:
            _wait(job, timedelta(seconds=min(max(error.retry_after or 10, 2), 300)), str(error))
        except EmbedderMisconfigured as error:
            _wait(job, LATER, str(error))
        except OperationalError as error:
            _wait(job, SOON, str(error))
        unforeseen.pop_all()


def _end(job: Reembedding, error: str) -> None:
    log.error("The change of store %s fails: %s", job.vector_store_id, error)
    if not job.end(timezone.now(), State.FAILED, error):
        _wait(job, LATER, error)


def _wait(job: Reembedding, wait: timedelta, error: str) -> None:
    log.warning("The change of store %s has to wait: %s", job.vector_store_id, error)
    job.postpone(timezone.now() + wait, error)
