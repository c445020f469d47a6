"""Connections of our own for what cannot run in a transaction, and the locks they hold.

    the builder's lock   one build at a time in the whole database, because each takes much memory
                         and two on one table wait for each other, until Postgres kills one
    a partition's lock   held while building or dropping there. Postgres' own lock would do, but
                         waiting for it holds a snapshot, and builds end by waiting for snapshots

Locks belong to the session, so those of a process that dies are gone once Postgres has noticed:
when the statement that it sent has ended.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection
from psycopg.sql import Composed

_LOCKS = zlib.crc32(b"vectorstores.indexes") >> 1  # two-number locks take int4
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
    def is_open(self) -> bool:
        return not self._raw.closed

    def run(self, statement: Composed, *, lock_timeout: timedelta) -> None:
        """Run a statement. Raises LockNotAvailable if others' transactions do not end in
        `lock_timeout`.
        """
        self.set(lock_timeout=f"{int(lock_timeout.total_seconds() * 1000)}ms")
        self._raw.execute(statement)

    def set(self, **options: str | int) -> None:
        for name, value in options.items():
            self._raw.execute("SELECT set_config(%s, %s, false)", (name, str(value)))

    def become_builder(self) -> bool:
        """Take the builder's lock until the session ends. False if another session holds it."""
        return self._try_lock(_BUILDER)

    @contextmanager
    def lock_partition(self, partition: str) -> Iterator[bool]:
        """Take the partition's lock and yield True, or yield False if another session holds it."""
        key = (zlib.crc32(partition.encode()) >> 1) | 1  # never the builder's
        held = self._try_lock(key)
        try:
            yield held
        finally:
            if held:
                with suppress(psycopg.OperationalError):  # the lock died with the connection
                    self._raw.execute("SELECT pg_advisory_unlock(%s::int, %s::int)", (_LOCKS, key))

    def _try_lock(self, key: int) -> bool:
        taken = self._raw.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", (_LOCKS, key))
        return taken.fetchone() == (True,)


@contextmanager
def session() -> Iterator[Session]:
    """Open a connection in autocommit. It raises psycopg's errors, not Django's."""
    parameters = connection.get_connection_params()
    raw: psycopg.Connection[Any]
    with psycopg.connect(**parameters, autocommit=True) as raw:
        opened = Session(raw)
        opened.set(application_name="vectorstores indexes", statement_timeout=0)
        # Postgres finishes a statement after its worker has stopped, since it never checks for it.
        opened.set(client_connection_check_interval=0)
        yield opened


def is_build_running() -> bool:
    """Return whether any session of this database holds the builder's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_HELD, (_LOCKS, _BUILDER))
        return bool(cursor.fetchone()[0])
