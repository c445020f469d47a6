"""Pace the requests to a remote embedder: fewer at once when it is slow, none while it recovers.

Moments are those of `monotonic`.
"""

from random import SystemRandom
from time import monotonic

from vectorstores.embeddings.errors import EmbeddingUnavailable

UNHURRIED = 3.0
"""How many times as long as the fastest answer one may take. An embedder with a fixed rate is never
idle with two requests at once, and takes twice as long for each. More requests only wait in its
queue, and so do the queries of searches."""

FORGETS = 1.01  # the factor by which the fastest answer on record slows with each later answer

PATIENCE = 15.0
"""Seconds a failing embedder has to recover before the file is released. Until then the file keeps
its parsed text and vectors; waiting longer would keep a place in the worker from others."""

FIRST_WAIT = 0.5  # seconds; doubled after each failure

_random = SystemRandom()


class ConcurrencyLimit:
    """Limits the requests that this process has under way.

    The limit grows by one after as many successes as it allows requests, and halves on a failure.
    """

    def __init__(self, *, timeout: float) -> None:
        """Start with one request. `timeout`, in seconds, is the embedder's for one request."""
        self._timeout = timeout
        self._size = 1.0
        self._halved_at = float("-inf")
        self._fastest = float("inf")  # seconds per character

    def allows(self, under_way: int, *, most: int) -> bool:
        self._size = min(self._size, max(most, 1))
        return under_way < int(self._size)

    def record_success(self, characters: int, *, took: float, began: float) -> None:
        """Count an answer to `characters` of text. One that nearly timed out is a failure."""
        if took > self._timeout / 2:
            self.record_failure(began=began)
            return
        pace = took / max(characters, 1)
        self._fastest = min(self._fastest * FORGETS, pace)
        if pace <= self._fastest * UNHURRIED:
            self._size += 1 / int(self._size)

    def record_failure(self, *, began: float) -> None:
        """Count a failure. Requests that were under way together halve the limit once."""
        if began >= self._halved_at:
            self._size = max(1.0, self._size / 2)
            self._halved_at = monotonic()


class Backoff:
    """Pauses after each failure, and gives up once the pauses add up to more than PATIENCE.

    A success starts the count again, so a large file may wait as often as it makes progress.
    """

    def __init__(self) -> None:
        self.resume_at = self._failed_at = float("-inf")
        self._ends_at: float | None = None
        self._rounds = 0

    def record_success(self) -> None:
        self._ends_at, self._rounds = None, 0

    def record_failure(self, error: EmbeddingUnavailable, *, began: float) -> None:
        """Set `resume_at`. Raises `error` if that exceeds PATIENCE."""
        if began >= self._failed_at:  # since requests under way together fail as one
            self._failed_at = monotonic()
            self._rounds += 1
        wait = error.retry_after or FIRST_WAIT * 2 ** (self._rounds - 1)
        # Randomised, because processes would otherwise all come back at once.
        self.wait(wait * _random.uniform(1.0, 1.25), error)

    def wait(self, seconds: float, error: EmbeddingUnavailable) -> None:
        """Set `resume_at` no earlier than in so many seconds. Raises `error` as above."""
        now = monotonic()
        if self._ends_at is None:
            self._ends_at = now + PATIENCE
        self.resume_at = max(self.resume_at, now + seconds)
        if self.resume_at > self._ends_at:
            raise error
