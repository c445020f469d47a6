import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0  # seconds it is open for; twice as long each time
LONGEST_WISH = 300.0  # seconds


class Circuit:
    """Whether a service is worth asking, as this process knows. Shared by threads.

        closed ────────── it failed ──────────▶ open
          ▲                                      │
          └── it worked ── one may try, later ◀──┤
                               └── it failed: open again, for longer

    One failure opens it: the next search would wait as long, and loses only what the service
    adds. What the service refuses is an answer, and closes it.
    """

    def __init__(
        self,
        name: str,
        unavailable: type[Unavailable],
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`unavailable` is raised while it is open."""
        self._name = name
        self._unavailable = unavailable
        self._clock = clock
        self._lock = Lock()
        self._opened_at = float("-inf")
        self._try_at: float | None = None  # None: it is closed
        self._brief = ""
        self._wait = FIRST_WAIT

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around whatever asks the service."""
        began = self._clock()
        if not self._admits(began):
            raise self._unavailable(
                f"{self._name} failed a moment ago, and is left alone for a while: {self._brief}.",
                brief=self._brief,
            )
        try:
            yield
        except (Unavailable, Misconfigured) as error:
            self._failed(error, began)
            raise
        except Refused:
            self._worked()
            raise
        self._worked()

    def _admits(self, now: float) -> bool:
        with self._lock:
            if self._try_at is None:
                return True
            if now < self._try_at:
                return False
            self._try_at = now + self._wait  # the others go by what this one finds
            return True

    def _failed(self, error: RemoteError, began: float) -> None:
        with self._lock:
            now = self._clock()
            if began < self._opened_at:  # it was under way: nothing new
                return
            if isinstance(error, Misconfigured):
                self._wait = LONGEST_WAIT
            wish = getattr(error, "retry_after", None)
            wait = self._wait if wish is None else min(wish, LONGEST_WISH)
            self._opened_at, self._try_at, self._brief = now, now + wait, error.brief
            self._wait = min(2 * self._wait, LONGEST_WAIT)
        log.warning("%s is left alone for %.0f s: %s", self._name, wait, error)

    def _worked(self) -> None:
        with self._lock:
            was_open, self._try_at, self._wait = self._try_at is not None, None, FIRST_WAIT
        if was_open:
            log.info("%s answers again.", self._name)
