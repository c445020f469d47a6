"""Connections to Postgres: the options each is opened with, and how long it is kept."""

from collections.abc import Mapping
from typing import Any

import dj_database_url

# A host that vanishes sends nothing, and TCP alone would wait for hours, so a minute is the limit.
# libpq ignores these over a Unix socket.
NOTICE_IN_A_MINUTE = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds that sent data may be unacknowledged
}
# A search does not wait long for the replica, since it can go to the primary.
NOTICE_SOON = {"connect_timeout": 2, "tcp_user_timeout": 3_000}

# Set when a connection is opened, because a statement before each search would cost as much as a
# search by an index. docs/decisions/0018-search.md has the reason for each.
TUNED = {
    "hnsw.ef_search": 100,
    "hnsw.iterative_scan": "relaxed_order",
    "random_page_cost": 1.1,
    "max_parallel_workers_per_gather": 0,
    "jit": "off",
}

POOL_PATIENCE = 10.0  # seconds a request waits for a connection of the pool


def primary(
    url: Mapping[str, Any], *, keep: int, pool: int, statement: float = 0, lock: float = 0
) -> dict[str, Any]:
    """Give each thread a connection for `keep` seconds, or let all share `pool` of them.

    A statement takes at most `statement` seconds, and waits at most `lock` seconds for another's
    lock; 0 is no limit.
    """
    options = _options(url, limits(statement=statement, lock=lock))
    if pool:
        options["pool"] = {
            "min_size": 1,
            "max_size": pool,
            "max_idle": keep,
            "timeout": POOL_PATIENCE,
        }
    return {
        **url,
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pool else keep,
        "CONN_HEALTH_CHECKS": True,
    }


def replica(url: str, *, keep: int, statement: float = 0) -> dict[str, Any]:
    """Describe a standby. It has no pool, since waiting for one would make a dead standby slow."""
    parsed = dj_database_url.parse(url)
    return {
        **parsed,
        "OPTIONS": _options(parsed, limits(statement=statement), **NOTICE_SOON),
        "CONN_MAX_AGE": keep,
        "CONN_HEALTH_CHECKS": False,  # because each search begins with a check of its own
        "TEST": {"MIRROR": "default"},
    }


def limits(*, statement: float, lock: float = 0) -> dict[str, str]:
    """Return Postgres' settings for these limits, in seconds."""
    given = {"statement_timeout": statement, "lock_timeout": lock}
    return {name: f"{seconds * 1000:.0f}" for name, seconds in given.items() if seconds}


def _options(url: Mapping[str, Any], settings: Mapping[str, str], **usual: Any) -> dict[str, Any]:
    """Return the options of a connection; those in the URL win."""
    all_settings = {**TUNED, **settings}
    tuned = " ".join(f"-c {name}={value}" for name, value in all_settings.items())
    return {**NOTICE_IN_A_MINUTE, **usual, "options": tuned, **url.get("OPTIONS", {})}
