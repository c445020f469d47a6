"""Pace the requests to a remote embedder: fewer at once when it is slow, none while it recovers.

Moments are those of `monotonic`.
"""

from random import SystemRandom
from time import monotonic

from vectorstores.embeddings.errors import EmbeddingUnavailable

UNHURRIED = 3.0
"""An answer may take so many times as long as the fastest. An embedder of a fixed rate that has two
requests at once is never idle and takes twice as long for each; with more, they only wait in its
queue, and so do the questions of searches."""

FORGETS = 1.01  # by how much the fastest answer counts as slower with each one after it

PATIENCE = 15.0
"""Seconds in which an embedder that fails may recover, before the file is released. So long its
parsed text and the vectors it has are kept, and a place in a worker is not missed by others."""

FIRST_WAIT = 0.5  # seconds, and twice as long after each failure

_random = SystemRandom()


class ConcurrencyLimit:
    """Limits the requests that this process has under way: one more after as many good answers as
    it has now, half as many after a bad one."""

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
        """Count an answer to so many characters. One that was nearly too late is a failure."""
        if took > self._timeout / 2:
            self.record_failure(began=began)
            return
        pace = took / max(characters, 1)
        self._fastest = min(self._fastest * FORGETS, pace)
        if pace <= self._fastest * UNHURRIED:
            self._size += 1 / int(self._size)

    def record_failure(self, *, began: float) -> None:
        """Count a failure. Requests that were under way together are one, and halve it once."""
        if began >= self._halved_at:
            self._size = max(1.0, self._size / 2)
            self._halved_at = monotonic()


class Backoff:
    """Leaves the embedder alone after a failure, until it has been too long in all.

    A success begins anew, so a large file may wait as often as it gets on.
    """

    def __init__(self) -> None:
        self.resume_at = self._failed_at = float("-inf")
        self._ends_at: float | None = None
        self._rounds = 0

    def record_success(self) -> None:
        self._ends_at, self._rounds = None, 0

    def record_failure(self, error: EmbeddingUnavailable, *, began: float) -> None:
        """Set `resume_at`. Raises `error` if that is too far away."""
        if began >= self._failed_at:  # and not under way together with the last that failed
            self._failed_at = monotonic()
            self._rounds += 1
        wait = error.retry_after or FIRST_WAIT * 2 ** (self._rounds - 1)
        # At random, so that processes do not come back together.
        self.wait(wait * _random.uniform(1.0, 1.25), error)

    def wait(self, seconds: float, error: EmbeddingUnavailable) -> None:
        """Set `resume_at` no earlier than in so many seconds. Raises `error` as above."""
        now = monotonic()
        if self._ends_at is None:
            self._ends_at = now + PATIENCE
        self.resume_at = max(self.resume_at, now + seconds)
        if self.resume_at > self._ends_at:
            raise error
