import time
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from ingestion import shutdown
from ingestion.claims import ClaimLost, Stopping
from vectorstores.models import Reembedding

TURN = 2.0  # seconds, until others who wait for a worker have theirs
RENEW_EVERY = 1.0  # seconds, in which it is noticed as well that the job was cancelled


class Claim:
    """A job in this worker's hands, until its turn is over."""

    def __init__(self, job: Reembedding, between: Callable[[], None]) -> None:
        """`between` is called from time to time."""
        self._job = job
        self._between = between
        self._ends = time.monotonic() + TURN
        self._renewed = time.monotonic()

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._ends or shutdown.announced_at() is not None

    def check(self) -> None:
        """Keep the claim. To be called between steps. Raises ClaimLost, or Stopping if the
        worker's time is up.
        """
        asked = shutdown.announced_at()
        if asked is not None and time.time() >= asked + settings.INGEST_DRAIN.total_seconds():
            raise Stopping
        self._between()
        if time.monotonic() - self._renewed >= RENEW_EVERY:
            if not self._job.renew(timezone.now(), settings.INGEST_LEASE):
                raise ClaimLost
            self._renewed = time.monotonic()
