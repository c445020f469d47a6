import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ingestion import shutdown
from ingestion.claims import ClaimLost
from vectorstores.models import Reembedding
from vectorstores.models.reembeddings import State

log = logging.getLogger(__name__)

JOB_TURN = 2.0  # seconds until other work that waits for a worker has its turn
RENEW_EVERY = 1.0  # seconds; a cancelled job is noticed as soon

SOON = timedelta(seconds=2)  # while an index is built or dropped, or a file is being published
LATER = timedelta(minutes=1)  # after an error that an operator has to mend, or an unforeseen one


class JobClaim:
    """The claim on a change of model, for one turn. Nothing else renews or releases it."""

    def __init__(self, job: Reembedding, on_tick: Callable[[], None]) -> None:
        """Take the row. `on_tick` is called between steps, so that the worker can serve others."""
        self.job = job
        self._on_tick = on_tick
        self._ends = time.monotonic() + JOB_TURN
        self._renewed = time.monotonic()

    @property
    def is_over(self) -> bool:
        """True once the turn is over, so that the job should be released soon."""
        return time.monotonic() > self._ends or shutdown.requested_at() is not None

    def check_cancelled(self) -> None:
        """Renew the claim. Call it between steps.

        Raises ClaimLost, or Stopping if the worker's time is up.
        """
        shutdown.check_time_left()
        self._on_tick()
        if time.monotonic() - self._renewed >= RENEW_EVERY:
            if not self.job.renew(timezone.now(), settings.INGEST_LEASE):
                raise ClaimLost
            self._renewed = time.monotonic()

    def hold(self) -> None:
        """Lock the job's row until the transaction ends. Raises ClaimLost."""
        if not self.job.hold():
            raise ClaimLost

    def complete(self) -> None:
        """Finish the job, once nothing is left to do for it."""
        self.job.finish(timezone.now())

    def cancel(self, reason: str) -> None:
        """End the job before its switch. Another turn drops what was embedded."""
        self.job.end(timezone.now(), State.CANCELLED, reason)

    def fail(self, error: str) -> None:
        """End the job, or release it if it has switched, because a switch cannot be undone."""
        log.error("Re-embedding of store %s failed: %s", self.job.vector_store_id, error)
        if not self.job.end(timezone.now(), State.FAILED, error):
            self.release(LATER, error)

    def release(self, wait: timedelta, error: str = "") -> None:
        """Release the job, to be claimed again after `wait`. `error` is the reason of the wait."""
        if error:
            seconds = wait.total_seconds()
            store_id = self.job.vector_store_id
            log.warning("Re-embedding of store %s waits %d s: %s", store_id, seconds, error)
            if not connection.is_usable():  # else the job stays claimed until its lease ends
                connection.close()
        self.job.postpone(timezone.now() + wait, error)
