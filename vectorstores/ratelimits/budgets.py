"""Budgets in Redis, each one key, which expires when it says nothing any more.

`limits`, the usual library, was tried. Of its strategies one counts what it refused, one has
clients wait for up to two minutes, one keeps an entry for each attached file; and none answers
in one round trip whether a request may go on and what is left, or takes from two budgets at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vectorstores.breakers.cooldown import Cooldown
from vectorstores.breakers.redis_script import RedisScript
from vectorstores.errors import RateLimited

# ARGV: now, then limit and cost for each key. Times are in milliseconds. A key has the moment at
# which its budget is full again, which is never more than a minute away, whatever another
# machine's clock has written; and the moment at which it will have been full if all come back who
# were refused. By that one each of them is told a time of their own: told the same, they would
# come back together, and all but one be refused again, until their clients give up.
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
local told = {}
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
    told[i] = {wait, remaining, math.ceil(budget.full - now)}
end
return told
"""

LINES = {
    "opened": "Redis does not count requests, which go on without limits",
    "closed": "Redis counts requests again.",
}
script = RedisScript(TAKE, Cooldown(**LINES))


@dataclass(frozen=True)
class Charge:
    """What a request takes from a budget: at most all of it, so that no request is impossible."""

    key: str
    limit: int  # what a full budget holds, and what comes back in a minute
    owner: str  # in words
    unit: str = "requests"
    cost: int = 1

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
        if self.wait:
            raise RateLimited(
                self.charge.owner,
                unit=self.charge.unit,
                limit=self.charge.limit,
                retry_after=math.ceil(self.wait),
            )


def take(charges: Sequence[Charge], *, now: datetime) -> list[Budget]:
    if not charges:
        return []
    keys = [f"vectorstores:limit:{charge.key}" for charge in charges]
    amounts = [n for charge in charges for n in (charge.limit, min(charge.cost, charge.limit))]
    told = script.run(keys, [f"{now.timestamp() * 1000:.3f}", *amounts])
    if told is None:
        return []
    return [
        Budget(charge, wait / 1000, remaining, full_in / 1000)
        for charge, (wait, remaining, full_in) in zip(charges, told, strict=True)
    ]
