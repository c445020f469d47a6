"""A breaker whose state all processes share, in a Redis hash that expires when it says nothing.

    failures first                 closed: failures in a row, and when the first of them began
    since opened_at until times    open: since when nothing works, when it opened last, when the
                                   cooldown ends, and how many cooldowns there were in a row
    reason brief                   why: for operators, and for anybody
    probe probe_until              half-open: which process probes, and how long it has to report

Times are in milliseconds, by the caller's clock. A clock that is far ahead does little harm,
because Redis expires the hash by its own.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

from vectorstores.breakers.cooldown import Cooldown
from vectorstores.breakers.redis_script import RedisScript
from vectorstores.http.errors import Misconfigured, RemoteError

log = logging.getLogger(__name__)

FRESH = 1.0  # seconds for which a reply of Redis is trusted while nothing seems wrong
ENOUGH = 3  # failures in a row open the breaker
SPAN = 2.0  # seconds without a success by then, so that one burst of refusals does not open it
LONG_RETRY_AFTER = 5.0  # seconds; a busy service sends shorter ones, which concern one caller alone
LONGEST_RETRY_AFTER = 300.0  # seconds
FIRST_COOLDOWN, LONGEST_COOLDOWN = 2.0, 60.0  # seconds; each is twice as long as the one before
MEMORY = 600.0  # seconds for which Redis remembers an open breaker without a probe

_STARTED = uuid4().hex  # shared by this process and its forks, which differ by their pid

# Defined before every script, whose reply it makes: its own result, then the open state, if any.
REPORT = """
local function report(result)
    local open = redis.call('HMGET', KEYS[1], 'since', 'until', 'reason', 'brief')
    if not open[1] then return {result} end
    return {result, open[1], open[2], open[3], open[4]}
end
"""

STATE = "return report(0)"

# ARGV: now, the caller's process, how long a probe has to report. Result 1: admitted.
ADMIT = """
local now = tonumber(ARGV[1])
local open = redis.call('HMGET', KEYS[1], 'until', 'probe', 'probe_until')
if not open[1] then return report(1) end
if now < tonumber(open[1]) then return report(0) end
if open[2] and open[2] ~= ARGV[2] and now < tonumber(open[3]) then return report(0) end
redis.call('HSET', KEYS[1], 'probe', ARGV[2], 'probe_until', string.format('%d', now + ARGV[3]))
return report(1)
"""

# ARGV: the caller's process.
RELEASE_PROBE = """
if redis.call('HGET', KEYS[1], 'probe') == ARGV[1] then
    redis.call('HDEL', KEYS[1], 'probe', 'probe_until')
end
return 0
"""

# ARGV: now, when the request began, its Retry-After or '', 1 to open at once, the reason, its
# brief; then ENOUGH, SPAN, the first and the longest cooldown, MEMORY. Result 1: it opened.
FAILURE = """
local now, began, retry_after = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local enough, span, shortest, longest, memory = unpack(ARGV, 7, 11)
local names = {'failures', 'first', 'since', 'until', 'times'}
local was = redis.call('HMGET', KEYS[1], unpack(names))
local failures, first = (tonumber(was[1]) or 0) + 1, math.min(tonumber(was[2]) or began, began)
local since, times = tonumber(was[3]) or first, tonumber(was[5]) or 0
local ended = tonumber(was[4]) or 0
local function keep(ends, ...)
    redis.call('HSET', KEYS[1], ...)
    redis.call('PEXPIRE', KEYS[1], math.ceil(ends - now + memory))
end
local function ms(time) return string.format('%d', time) end
if times > 0 and began < ended then  -- it was sent too early to be news, but for its Retry-After
    if retry_after and now + retry_after > ended then
        keep(now + retry_after, 'until', ms(now + retry_after))
    end
    return report(0)
end
local lasting = failures >= tonumber(enough) and now - first >= tonumber(span)
if not (times > 0 or ARGV[4] == '1' or lasting) then
    keep(now, 'failures', failures, 'first', ms(first))
    return report(0)
end
local ends = now + (retry_after or math.min(shortest * 2 ^ times, longest))
redis.call('DEL', KEYS[1])
keep(ends, 'since', ms(since), 'opened_at', ms(now), 'until', ms(ends), 'times', times + 1,
     'reason', ARGV[5], 'brief', ARGV[6])
return report(1)
"""

# ARGV: when the request began. One that began before the breaker opened says nothing about now.
# Result 1: it closed.
SUCCESS = """
local opened_at = redis.call('HGET', KEYS[1], 'opened_at')
if opened_at and tonumber(ARGV[1]) < tonumber(opened_at) then return report(0) end
redis.call('DEL', KEYS[1])
return {opened_at and 1 or 0}
"""


class Scripts:
    def __init__(self) -> None:
        cooldown = Cooldown(
            opened="Redis does not answer; each process now notices failing embedders by itself",
            closed="Redis answers again; processes share failing embedders.",
        )
        self.state = RedisScript(REPORT + STATE, cooldown)
        self.admit = RedisScript(REPORT + ADMIT, cooldown)
        self.release_probe = RedisScript(RELEASE_PROBE, cooldown)
        self.failure = RedisScript(REPORT + FAILURE, cooldown)
        self.success = RedisScript(REPORT + SUCCESS, cooldown)


scripts = Scripts()


@dataclass(frozen=True)
class OpenState:
    """The reason why a breaker is open, since when, and until when.

    Only operators may read `reason`, because it may name hosts; `brief` is for anybody.
    """

    reason: str
    brief: str
    since: datetime
    until: datetime


def _process() -> str:
    return f"{_STARTED}:{os.getpid()}"


class SharedBreaker:
    """One process's view of the breaker of one embedder. Shared by threads."""

    def __init__(
        self, key: str, *, model: str, probe_seconds: float, process: Callable[[], str] = _process
    ) -> None:
        """Take the seconds that a probe has to report, and a function that names the caller."""
        self.key = f"vectorstores:breaker:{key}"
        self._model = model
        self._keys = [self.key]
        self._probe_seconds = probe_seconds
        self._process = process
        self._state: OpenState | None = None
        self._state_at = self._success_at = float("-inf")  # when Redis was last asked or informed
        self._failed_since_success = False

    def state(self) -> OpenState | None:
        """Return the open state, at most FRESH seconds old, or None if the breaker is closed."""
        if monotonic() - self._state_at >= FRESH:
            self._update(scripts.state.run(self._keys, []))
        return self._state

    def admits(self, now: datetime) -> bool:
        """Return whether this process may call the embedder, in the half-open state as a probe."""
        if self._state is None and monotonic() - self._state_at < FRESH:
            return True
        probe_ms = int(1000 * self._probe_seconds)
        reply = scripts.admit.run(self._keys, [_ms(now), self._process(), probe_ms])
        return self._update(reply) != 0

    def release_probe(self) -> None:
        """Let another process probe, because this one has nothing to send."""
        if self._state is not None:
            scripts.release_probe.run(self._keys, [self._process()])

    def record_failure(self, error: RemoteError, now: datetime, *, began: datetime) -> None:
        self._failed_since_success = True
        retry_after = getattr(error, "retry_after", None) or 0
        opens = isinstance(error, Misconfigured) or retry_after >= LONG_RETRY_AFTER
        wait_ms = str(int(1000 * min(retry_after, LONGEST_RETRY_AFTER))) if retry_after else ""
        what = wait_ms, int(opens), str(error), error.brief
        times = SPAN, FIRST_COOLDOWN, LONGEST_COOLDOWN, MEMORY
        limits = ENOUGH, *(int(1000 * seconds) for seconds in times)
        reply = scripts.failure.run(self._keys, [_ms(now), _ms(began), *what, *limits])
        opened = self._update(reply)
        if opened and self._state:
            wait = (self._state.until - now).total_seconds()
            log.warning("The embedder of %s is not called for %.0f s: %s", self._model, wait, error)

    def record_success(self, *, began: datetime) -> None:
        """Close the breaker if it is open.

        Costs one round trip per FRESH seconds, unless something has gone wrong.
        """
        all_is_well = self._state is None and not self._failed_since_success
        if all_is_well and monotonic() - self._success_at < FRESH:
            return
        since = self._state.since if self._state else began
        reply = scripts.success.run(self._keys, [_ms(began)])
        self._failed_since_success, self._success_at = False, monotonic()
        if self._update(reply):
            log.info(
                "The embedder of %s answers again; it had failed since %s.", self._model, since
            )

    def _update(self, reply: Any) -> int | None:
        """Keep the open state that a script reported, and return the script's own result."""
        result, *reported = reply or (None,)
        state = None
        if reported:
            since, until, reason, brief = reported
            state = OpenState(reason.decode(), brief.decode(), _datetime(since), _datetime(until))
        self._state, self._state_at = state, monotonic()
        return result


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _datetime(milliseconds: bytes) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
