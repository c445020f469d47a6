import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable

log = logging.getLogger(__name__)

FIRST_COOLDOWN, LONGEST_COOLDOWN = 5.0, 60.0  # seconds; each is twice as long as the one before
LONGEST_RETRY_AFTER = 300.0  # seconds


class LocalBreaker:
    """A breaker of this process, for one service. Shared by threads.

    One failure opens it, because the next search would wait as long and loses only what the
    service adds.
    """

    def __init__(self, name: str, *, clock: Callable[[], float] = monotonic) -> None:
        self._name = name
        self._clock = clock
        self._lock = Lock()
        self._opened_at = float("-inf")
        self._probe_at: float | None = None  # None while it is closed
        self._brief = ""
        self._cooldown = FIRST_COOLDOWN

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Call the service within, and count how it went. Raises Unavailable while open."""
        began = self._clock()
        if not self._admits(began):
            raise Unavailable(
                f"{self._name} failed a moment ago, and is not called for a while: {self._brief}.",
                brief=self._brief,
            )
        try:
            yield
        except (Unavailable, Misconfigured) as error:
            self._record_failure(error, began)
            raise
        except Refused:
            self._record_success()
            raise
        self._record_success()

    def _admits(self, now: float) -> bool:
        with self._lock:
            if self._probe_at is None:
                return True
            if now < self._probe_at:
                return False
            self._probe_at = now + self._cooldown  # because others wait for what this probe finds
            return True

    def _record_failure(self, error: RemoteError, began: float) -> None:
        with self._lock:
            now = self._clock()
            if began < self._opened_at:  # it began before the breaker opened, so this is old news
                return
            if isinstance(error, Misconfigured):
                self._cooldown = LONGEST_COOLDOWN
            retry_after = getattr(error, "retry_after", None)
            wait = self._cooldown if retry_after is None else min(retry_after, LONGEST_RETRY_AFTER)
            self._opened_at, self._probe_at, self._brief = now, now + wait, error.brief
            self._cooldown = min(2 * self._cooldown, LONGEST_COOLDOWN)
        log.warning("%s is not called for %.0f s: %s", self._name, wait, error)

    def _record_success(self) -> None:
        with self._lock:
            was_open = self._probe_at is not None
            self._probe_at, self._cooldown = None, FIRST_COOLDOWN
        if was_open:
            log.info("%s answers again.", self._name)
