"""Searches on a read replica, while that has caught up with the primary.

A standby lags, usually by a millisecond. But a search must find what was completed before it began,
and nothing that was removed before. So it reads the position of the primary's log first, and uses
the replica only if that has replayed the log up to there. No clock is involved, and no guess.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.models import Model

from vectorstores import metrics
from vectorstores.breakers.cooldown import Cooldown
from vectorstores.postgres.statements import fetch

REPLICA = "replica"
PATIENCE = 0.03  # seconds a search waits for the replica to catch up
BEHIND = 1.0  # seconds the primary answers searches if the replica is still behind then
FAILURES = OperationalError, InterfaceError

# The log up to a commit is flushed before other transactions see its rows. If commits do not wait
# for the flush, it is at least inserted into the log, and reaches the replica in half a second.
_POSITION = """
SELECT system_identifier,
       CASE current_setting('synchronous_commit')
       WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END
  FROM pg_control_system()
"""
_REACHED = """
SELECT pg_is_in_recovery() AND system_identifier = %s, pg_last_wal_replay_lsn() >= %s::pg_lsn
  FROM pg_control_system()
"""

T = TypeVar("T")


class Position(NamedTuple):
    """A place in the log of one server, which its standbys follow."""

    server: int
    reached: str


class NoStandby(Exception):
    """DATABASE_REPLICA_URL leads to a server that does not follow the primary."""


class ReplicaState:
    """The state that keeps this process from using the replica. Shared by threads."""

    def __init__(self) -> None:
        self.cooldown = Cooldown(
            opened="The read replica fails; the primary answers searches meanwhile",
            closed="The read replica answers again; searches use it.",
        )
        self.behind_until = float("-inf")

    def is_behind(self) -> bool:
        return time.monotonic() < self.behind_until


state = ReplicaState()


def is_configured() -> bool:
    return REPLICA in connections.settings


def position() -> Position | None:
    """Return the position of the primary's log, or None if no replica can be used now.

    Call it before the question is embedded, because the replica catches up meanwhile.
    """
    if not is_configured() or state.is_behind() or not state.cooldown.admits():
        return None
    (row,) = fetch(_POSITION, (), always=True)
    return Position(*row)


def search_database() -> str:
    """Return the alias of the database for a search that begins now."""
    return _database(position())


def answer(ask: Callable[[str], T], *, since: Position | None) -> T:
    """Call `ask` with the alias of the replica if that has reached `since`, else of the primary.

    If the replica fails meanwhile, call `ask` again with the primary.
    """
    if _database(since) == REPLICA:
        try:
            return ask(REPLICA)
        except FAILURES as error:
            _record_failure(error)
    if is_configured():
        metrics.passed_over("behind" if state.is_behind() else "down")
    return ask(DEFAULT_DB_ALIAS)


def condition() -> str:
    """Return the replica's state for a search that begins now: `ok`, `behind` or `unavailable`."""
    if search_database() == REPLICA:
        return "ok"
    return "behind" if state.is_behind() else "unavailable"


def _database(since: Position | None) -> str:
    if since is None:
        return DEFAULT_DB_ALIAS
    try:
        reached = _wait_for(since)
    except (*FAILURES, NoStandby) as error:
        _record_failure(error)
        return DEFAULT_DB_ALIAS
    state.cooldown.record_success()
    if not reached:
        state.behind_until = time.monotonic() + BEHIND
        return DEFAULT_DB_ALIAS
    return REPLICA


def _wait_for(since: Position) -> bool:
    """Wait up to PATIENCE for the replica to reach this position, and return whether it did.

    Raises NoStandby or Django's database errors.
    """
    deadline, pause = time.monotonic() + PATIENCE, 0.001
    while True:
        ((follows, has_reached),) = fetch(_REACHED, since, always=True, using=REPLICA)
        if not follows:
            raise NoStandby("it does not follow the primary")
        if has_reached:
            return True
        if time.monotonic() + pause > deadline:
            return False
        time.sleep(pause)
        pause *= 2


def _record_failure(error: Exception) -> None:
    state.cooldown.record_failure(error)
    connections[REPLICA].close()


class Router:
    """A router to the primary for all queries that do not name the replica."""

    def db_for_read(self, model: type[Model], **_: Any) -> str:
        return DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **_: Any) -> str:
        """Write rows on the primary, even those that were read from the replica."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **_: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool | None:
        return False if db == REPLICA else None
