"""Postgres' catalog, and sessions that hold up those who build."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from django.db import connection

from vectorstores.indexes.definitions import Target, partition_of

APPLICATION = "vectorstores indexes"


def fetch(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def indexes() -> dict[str, bool]:
    """Return all indexes of stores, also those that are left over, and whether each is valid."""
    rows = fetch(
        "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE c.relname ~ '^(hnsw|gin)_'"
    )
    return dict(rows)


def definition(name: str) -> str:
    ((text,),) = fetch("SELECT pg_get_indexdef(%s::regclass)", name)
    return str(text)


def drop_all() -> None:
    for name in indexes():
        run(f"DROP INDEX IF EXISTS {name}")


def writer(target: Target) -> AbstractContextManager[None]:
    """Hold a write to the partition open, so that a build there waits for it."""
    return _holding(target, "ROW EXCLUSIVE")


def reader(target: Target) -> AbstractContextManager[None]:
    """Hold a read of it open, so that a drop waits for it, and a build does not."""
    return _holding(target, "ACCESS SHARE")


@contextmanager
def _holding(target: Target, lock: str) -> Iterator[None]:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"LOCK TABLE {partition_of(target)} IN {lock} MODE")
        yield
        other.rollback()


def builders(waiting: bool = True) -> list[int]:
    """Return the processes that build, once they wait for others."""
    rows = fetch(
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND state = 'active'"
        " AND (NOT %s OR wait_event_type = 'Lock')",
        APPLICATION,
        waiting,
    )
    return [pid for (pid,) in rows]


def until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found
