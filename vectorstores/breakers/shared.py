import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

from vectorstores.breakers import scripts
from vectorstores.breakers.cooldown import Outage
from vectorstores.breakers.redis_script import Script
from vectorstores.http.errors import Misconfigured, RemoteError

log = logging.getLogger(__name__)

FRESH = 1.0  # seconds, for which what Redis told is believed while nothing seems wrong
ENOUGH = 3  # failures in a row open the circuit
SPAN = 2.0  # seconds that nothing has worked by then, so that one burst of refusals is not enough
LONG_WISH = 5.0  # seconds; a shorter wish is a busy service's, and heeded by who was told
LONGEST_WISH = 300.0  # seconds
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0  # seconds it is open for; twice as long each time
MEMORY = 600.0  # seconds for which a circuit is remembered that nobody has tried since

LINES = {
    "began": "Redis does not tell whether the embedder fails, which everybody finds out alone",
    "ended": "Redis tells again whether the embedder fails.",
}
_STARTED = uuid4().hex  # of this process and those it forks


class Scripts:
    def __init__(self) -> None:
        outage = Outage(**LINES)
        self.look = Script(scripts.LOOK, outage)
        self.admit = Script(scripts.ADMIT, outage)
        self.step_back = Script(scripts.STEP_BACK, outage)
        self.failed = Script(scripts.FAILED, outage)
        self.succeeded = Script(scripts.SUCCEEDED, outage)


redis = Scripts()


def _whoami() -> str:
    return f"{_STARTED}:{os.getpid()}"


@dataclass(frozen=True)
class Circuit:
    """An open one. `reason` is for operators and may name hosts; `brief` is for anybody."""

    reason: str
    brief: str
    since: datetime
    until: datetime


class Breaker:
    """What one process knows of the circuit of one embedder. Shared by threads."""

    def __init__(
        self, key: str, *, model: str, prober_has: float, who: Callable[[], str] = _whoami
    ) -> None:
        """`prober_has` seconds to hear from the one that may try; `who` it is, in a word."""
        self.key = f"vectorstores:circuit:{key}"
        self._model = model
        self._keys = [self.key]
        self._prober_has = prober_has
        self._who = who
        self._known: Circuit | None = None
        self._known_at = self._told_at = float("-inf")
        self._suspicious = False  # it has seen a failure since its last success

    def state(self) -> Circuit | None:
        """None where it is closed. At most FRESH old."""
        if monotonic() - self._known_at >= FRESH:
            self._learn(redis.look.run(self._keys, []))
        return self._known

    def admits(self, now: datetime) -> bool:
        if self._known is None and monotonic() - self._known_at < FRESH:
            return True
        told = redis.admit.run(self._keys, [_ms(now), self._who(), int(1000 * self._prober_has)])
        return self._learn(told) != 0

    def step_back(self) -> None:
        if self._known is not None:
            redis.step_back.run(self._keys, [self._who()])

    def failed(self, error: RemoteError, now: datetime, *, began: datetime) -> None:
        self._suspicious = True
        wish = getattr(error, "retry_after", None)
        at_once = isinstance(error, Misconfigured) or (wish or 0) >= LONG_WISH
        wished = int(1000 * min(wish, LONGEST_WISH)) if wish else ""
        times = SPAN, FIRST_WAIT, LONGEST_WAIT, MEMORY
        limits = ENOUGH, *(int(1000 * seconds) for seconds in times)
        what = wished, int(at_once), str(error), error.brief
        told = redis.failed.run(self._keys, [_ms(now), _ms(began), *what, *limits])
        if self._learn(told) and self._known:
            wait = (self._known.until - now).total_seconds()
            log.warning("The embedder of %s is left alone for %.0f s: %s", self._model, wait, error)

    def succeeded(self, *, began: datetime) -> None:
        """Costs a round trip once in FRESH, unless something has gone wrong."""
        well = self._known is None and not self._suspicious
        if well and monotonic() - self._told_at < FRESH:
            return
        since = self._known.since if self._known else began
        told = redis.succeeded.run(self._keys, [_ms(began)])
        self._suspicious, self._told_at = False, monotonic()
        if self._learn(told):
            log.info("The embedder of %s answers again; it did not since %s.", self._model, since)

    def _learn(self, told: Any) -> int | None:
        """Keeps what a script told of the circuit, and returns its answer."""
        answer, *circuit = told or (None,)
        self._known = _circuit(*circuit) if circuit else None
        self._known_at = monotonic()
        return answer


def _circuit(since: bytes, until: bytes, reason: bytes, brief: bytes) -> Circuit:
    return Circuit(reason.decode(), brief.decode(), _datetime(since), _datetime(until))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _datetime(milliseconds: bytes) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
