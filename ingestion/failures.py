"""What keeps files from their end, and what becomes of them then."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial

from django.db import OperationalError, connection
from django.utils import timezone

from ingestion import outcomes
from ingestion.claims import ClaimLost, Stopping
from ingestion.sandbox.child import DISK_FULL
from ingestion.work import Work, names, still_open
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)

log = logging.getLogger(__name__)

# Of the connection, of a transaction beside others, of resources, of a server that is stopped. Not
# of a statement that takes too long: the same file would be embedded again and again.
_TROUBLES = ("08", "25", "40", "53", "55", "57P", "58")


@contextmanager
def waiting_for_others(works: Sequence[Work]) -> Iterator[None]:
    """What keeps files from their end, and is none of their fault."""
    try:
        yield
    except ClaimLost:
        log.info("Files %s were cancelled or taken over; the work is dropped.", names(works))
    except Stopping:
        log.info("Stopping: files %s are handed back.", names(still_open(works)))
        each(works, outcomes.hand_back)
    except EmbeddingRefused as error:
        each(works, partial(outcomes.refused, error=error, alone=len(works) == 1))
    except (EmbeddingUnavailable, EmbedderMisconfigured) as error:
        each(works, partial(outcomes.wait_for_embedder, error=error))
    except (OperationalError, OSError) as error:
        if not _passes(error):
            raise
        log.exception("Files %s have to wait.", names(still_open(works)))
        if not connection.is_usable():  # nor will it be again, and handing back needs one
            connection.close()
        each(works, partial(outcomes.hand_back, seconds=10))


def _passes(error: OperationalError | OSError) -> bool:
    """Whether it is the machine's or the database's trouble, whatever the file."""
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_TROUBLES)


@contextmanager
def handed_back_on_failure(works: Sequence[Work]) -> Iterator[None]:
    """Whatever goes wrong unforeseen is tried again, later each time, and logged by Celery."""
    with ExitStack() as ending:
        for work in works:
            ending.callback(work.close)
        with ExitStack() as undoing:
            undoing.callback(each, works, outcomes.try_again_later)
            yield
            undoing.pop_all()


def each(works: Sequence[Work], outcome: Callable[[Work, datetime], None]) -> None:
    """This outcome for those that have none yet."""
    for work in still_open(works):
        outcome(work, timezone.now())
