"""Connections of our own, for what cannot run in a transaction, and the locks they hold.

    the builder's lock   one build at a time in the whole database: each takes much memory, and
                         two on one table wait for each other, until one of them dies
    a partition's lock   whoever builds or drops on it. Postgres' own lock would do, but whoever
                         waits for that has a snapshot, and builds end by waiting for snapshots

Locks are the session's, so those of a process that dies are gone once Postgres has noticed, which
is when what it had asked for is done.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection
from psycopg.sql import Composed

_LOCKS = zlib.crc32(b"vectorstores.indexes") >> 1  # of two numbers; Postgres wants int4
_BUILDER = 0

_IS_HELD = """
SELECT EXISTS (
    SELECT FROM pg_locks
     WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


class Session:
    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw

    @property
    def lives(self) -> bool:
        return not self._raw.closed

    def run(self, statement: Composed, *, patience: timedelta) -> None:
        """Raises LockNotAvailable where others' transactions do not end within `patience`."""
        self.set(lock_timeout=f"{int(patience.total_seconds() * 1000)}ms")
        self._raw.execute(statement)

    def set(self, **options: str | int) -> None:
        for name, value in options.items():
            self._raw.execute("SELECT set_config(%s, %s, false)", (name, str(value)))

    @contextmanager
    def partition(self, table: str) -> Iterator[bool]:
        """Whether nobody else is building or dropping there, nor will be meanwhile."""
        key = _key(table)
        held = self._try(key)
        try:
            yield held
        finally:
            if held:
                with suppress(psycopg.OperationalError):  # with a dead connection the lock is gone
                    self._raw.execute("SELECT pg_advisory_unlock(%s::int, %s::int)", (_LOCKS, key))

    def is_builder(self) -> bool:
        return self._try(_BUILDER)

    def _try(self, key: int) -> bool:
        taken = self._raw.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", (_LOCKS, key))
        return taken.fetchone() == (True,)


@contextmanager
def session() -> Iterator[Session]:
    """Raises psycopg's errors, not Django's."""
    parameters = connection.get_connection_params()
    raw: psycopg.Connection[Any]
    with psycopg.connect(**parameters, autocommit=True) as raw:
        opened = Session(raw)
        opened.set(application_name="vectorstores indexes", statement_timeout=0)
        # What a worker that is stopped has begun, Postgres finishes, whatever else it is set to.
        opened.set(client_connection_check_interval=0)
        yield opened


def somebody_builds() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_IS_HELD, (_LOCKS, _BUILDER))
        return bool(cursor.fetchone()[0])


def _key(table: str) -> int:
    return (zlib.crc32(table.encode()) >> 1) | 1  # never the builder's
