from random import SystemRandom
from time import monotonic

from vectorstores.embeddings.errors import EmbeddingUnavailable

PATIENCE = 15.0
"""Seconds in which an embedder that fails may recover, before the file is given back. So long its
parsed text and the vectors it has are kept, and a place in a worker is not missed by others."""

FIRST_WAIT = 0.5  # seconds, and twice as long after each failure

_dice = SystemRandom()


class Patience:
    """How long to leave the embedder alone after a failure, until it has been too long in all.

    Begins anew with every success: a large file may wait as often as it gets on.
    """

    def __init__(self) -> None:
        self.resume_at = self._failed_at = float("-inf")
        self._ends_at: float | None = None
        self._rounds = 0

    def succeeded(self) -> None:
        self._ends_at, self._rounds = None, 0

    def failed(self, error: EmbeddingUnavailable, *, began: float) -> None:
        """Sets `resume_at`. Raises `error` where that is too far away."""
        if began >= self._failed_at:  # and not under way together with the last that failed
            self._failed_at = monotonic()
            self._rounds += 1
        wait = error.retry_after or FIRST_WAIT * 2 ** (self._rounds - 1)
        self.wait(wait * _dice.uniform(1.0, 1.25), error)

    def wait(self, seconds: float, error: EmbeddingUnavailable) -> None:
        now = monotonic()
        if self._ends_at is None:
            self._ends_at = now + PATIENCE
        self.resume_at = max(self.resume_at, now + seconds)
        if self.resume_at > self._ends_at:
            raise error
