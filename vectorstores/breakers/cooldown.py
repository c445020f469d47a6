import logging
from threading import Lock
from time import monotonic

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds


class Cooldown:
    """Leave a server alone for PAUSE seconds after a failure, then admit one probe.

    Shared by threads. `opened` and `closed` are the log lines of the first failure and of the
    success after it, and say what happens meanwhile; failures in between are not logged.
    """

    def __init__(self, *, opened: str, closed: str) -> None:
        self._opened = opened
        self._closed = closed
        self._lock = Lock()
        self._probe_at: float | None = None  # None while it is closed

    def admits(self) -> bool:
        with self._lock:
            if self._probe_at is None:
                return True
            if monotonic() < self._probe_at:
                return False
            self._probe_at = monotonic() + PAUSE  # because others wait for what this probe finds
            return True

    def record_failure(self, error: Exception) -> None:
        with self._lock:
            was_closed, self._probe_at = self._probe_at is None, monotonic() + PAUSE
        if was_closed:
            log.warning("%s: %s", self._opened, error)

    def record_success(self) -> None:
        with self._lock:
            was_open, self._probe_at = self._probe_at is not None, None
        if was_open:
            log.info("%s", self._closed)
