"""Rate limits: OpenAI's budgets for a minute, each a setting.

A budget refills evenly: of 300 a minute, 5 come back each second. So a minute's worth may come at
once. A refused client gets a Retry-After at which the same request gets through, and which is never
more than a minute.

Budgets are counted in Redis, by all web processes together, each in one key that expires when the
budget is full. While Redis does not answer, requests are not limited, because limits protect a
service that works.

`limits`, the usual library, was tried. One of its strategies counts what it refused, one has
clients wait for up to two minutes, one keeps an entry for each attached file; and none answers
in one round trip whether a request may go on and what is left, or takes from two budgets at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from vectorstores.breakers.cooldown import Cooldown
from vectorstores.breakers.redis_script import RedisScript
from vectorstores.errors import RateLimited
from vectorstores.models import Project, VectorStore

# ARGV: now, then limit and cost for each key. Times are in milliseconds. A key has the moment at
# which its budget is full again, which is never more than a minute away, whatever another
# machine's clock has written; and the moment at which it will have been full if all refused clients
# come back. The second gives each of them a time of its own, because with the same time they would
# come back together, and all but one be refused again, until they give up.
TAKE = """
local now, minute = tonumber(ARGV[1]), 60000
local budgets, refused = {}, false
for i, key in ipairs(KEYS) do
    local limit, cost = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local full, promised = string.match(redis.call('GET', key) or '', '(%S+) (%S+)')
    full = math.min(math.max(tonumber(full) or now, now), now + minute)
    promised = math.min(math.max(tonumber(promised) or now, full), now + 2 * minute)
    local takes = cost * minute / limit
    local lacks = full + takes > now + minute + 0.5
    refused = refused or lacks
    budgets[i] = {limit = limit, full = full, promised = promised, takes = takes, lacks = lacks}
end
local reply = {}
for i, budget in ipairs(budgets) do
    local wait = 0
    if budget.lacks then
        budget.promised = math.min(budget.promised + budget.takes, now + 2 * minute)
        wait = math.ceil(budget.promised - now - minute - 0.5)
    elseif not refused then
        budget.full = math.max(budget.full + budget.takes, now)
        budget.promised = math.max(budget.promised + math.min(budget.takes, 0), budget.full)
    end
    if budget.promised > now then
        local value = string.format('%.3f %.3f', budget.full, budget.promised)
        redis.call('SET', KEYS[i], value, 'PX', 2 * minute)
    else
        redis.call('DEL', KEYS[i])
    end
    local remaining = math.floor((minute - budget.full + now) * budget.limit / minute + 0.001)
    reply[i] = {wait, remaining, math.ceil(budget.full - now)}
end
return reply
"""

LINES = {
    "opened": "Redis does not count requests; they are served without limits",
    "closed": "Redis counts requests again.",
}
script = RedisScript(TAKE, Cooldown(**LINES))


@dataclass(frozen=True)
class Charge:
    """The part of a budget a request takes: at most all of it, so that no request is impossible."""

    key: str
    limit: int  # what a full budget holds, and what comes back in a minute
    owner: str  # in words
    unit: str = "requests"
    cost: int = 1

    @property
    def is_limited(self) -> bool:
        return bool(settings.RATE_LIMITS and self.limit > 0 and self.cost > 0)

    def negative(self) -> "Charge":
        return replace(self, cost=-min(self.cost, self.limit))


@dataclass(frozen=True)
class Budget:
    """A budget after a charge. `wait` is 0, or the seconds until there is enough for it."""

    charge: Charge
    wait: float
    remaining: int
    full_in: float  # seconds

    def check(self) -> None:
        """Raise RateLimited if there was not enough for the charge."""
        if self.wait:
            raise RateLimited(
                self.charge.owner,
                unit=self.charge.unit,
                limit=self.charge.limit,
                retry_after=math.ceil(self.wait),
            )


def uploads(project: Project) -> Charge:
    owner = f"uploads in project {project.name}"
    return Charge(f"uploads:{project.pk}", settings.UPLOADS_PER_MINUTE, owner)


def attach_requests(store: VectorStore) -> Charge:
    """Return the budget that single files and batches share."""
    owner = f"vector store {store.public_id}"
    return Charge(f"attach:{store.pk}", settings.ATTACH_REQUESTS_PER_MINUTE, owner)


def attached_files(project: Project, count: int) -> Charge:
    limit = settings.ATTACHED_FILES_PER_MINUTE
    owner = f"project {project.name}"
    return Charge(f"files:{project.pk}", limit, owner, unit="attached files", cost=count)


def spend(*charges: Charge, now: datetime) -> list[Budget]:
    """Return the budgets after these charges. If one has not enough, nothing is taken from any.

    A limit that is off has no budget, and none has one while Redis does not answer.
    """
    return take([charge for charge in charges if charge.is_limited], now=now)


def give_back(*charges: Charge, now: datetime) -> None:
    """Undo charges, because what they were for did not happen."""
    take([charge.negative() for charge in charges if charge.is_limited], now=now)


def take(charges: Sequence[Charge], *, now: datetime) -> list[Budget]:
    """Take from all budgets or none, in one round trip, whether their limits are on or off."""
    if not charges:
        return []
    keys = [f"vectorstores:limit:{charge.key}" for charge in charges]
    amounts = [n for charge in charges for n in (charge.limit, min(charge.cost, charge.limit))]
    reply = script.run(keys, [f"{now.timestamp() * 1000:.3f}", *amounts])
    if reply is None:
        return []
    return [
        Budget(charge, wait / 1000, remaining, full_in / 1000)
        for charge, (wait, remaining, full_in) in zip(charges, reply, strict=True)
    ]
