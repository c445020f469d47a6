import logging
from threading import Lock
from time import monotonic

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds


class Outage:
    """A server fails: it is left alone for a while, and then one request asks for all.

    Shared by threads. Its beginning and its end are logged, and not the requests in between.
    `began` and `ended` are the lines, and say what goes on without it.
    """

    def __init__(self, *, began: str, ended: str) -> None:
        self._lines = began, ended
        self._lock = Lock()
        self._ask_at: float | None = None

    def may_ask(self) -> bool:
        with self._lock:
            if self._ask_at is None:
                return True
            if monotonic() < self._ask_at:
                return False
            self._ask_at = monotonic() + PAUSE  # the others go by what this one finds
            return True

    def begins(self, error: Exception) -> None:
        with self._lock:
            is_new, self._ask_at = self._ask_at is None, monotonic() + PAUSE
        if is_new:
            log.warning("%s: %s", self._lines[0], error)

    def ends(self) -> None:
        with self._lock:
            was_down, self._ask_at = self._ask_at is not None, None
        if was_down:
            log.info("%s", self._lines[1])
