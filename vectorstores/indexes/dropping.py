"""Dropping indexes that are not needed any more, and what interrupted builds left.

A store's index goes before its rows, because vacuuming them out of it takes longer than building
it did.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import psycopg
from django.db import connection
from psycopg.sql import SQL, Identifier

from vectorstores.indexes.definitions import Target, is_leftover, parse_name
from vectorstores.indexes.sessions import Session, session
from vectorstores.models import StoreIndex, VectorStore

# Postgres waits for all who are already reading the partition. The wait is short, because it holds
# up the builder.
PATIENCE = timedelta(seconds=2)  # longer than `deadlock_timeout`, after which autovacuum gives way
BRIEFLY = timedelta(milliseconds=100)  # once one drop was held up: a backup reads everything

_INVALID = """
SELECT index.relname, leaf.relname
  FROM pg_index
  JOIN pg_class AS index ON index.oid = pg_index.indexrelid
  JOIN pg_class AS leaf ON leaf.oid = pg_index.indrelid
 WHERE (index.relname LIKE 'hnsw%%' OR index.relname LIKE 'gin%%')
   AND NOT pg_index.indisvalid AND pg_table_is_visible(index.oid)
"""

log = logging.getLogger(__name__)


class IndexPlace(NamedTuple):
    """An index by its name, and the partition it is on."""

    name: str
    partition: str


def drop(targets: Iterable[Target]) -> list[Target]:
    """Drop those of these indexes that exist. Return those left, which are built on or read."""
    wanted = {target.name: target for target in targets}
    rows = StoreIndex.objects.existing().filter(name__in=wanted)
    places = [IndexPlace(row.name, str(row.partition)) for row in rows]
    if not places:
        return []
    with session() as opened:
        return [wanted[place.name] for place in _drop_places(opened, places)]


def drop_closed(now: datetime) -> set[UUID]:
    """Drop the indexes of stores that are deleted or have expired, before their rows are deleted.

    Returns the stores that still have an index, which is built on or read.
    """
    rows = list(StoreIndex.objects.existing())
    ids = {row.vector_store_id for row in rows}
    open_ = set(VectorStore.objects.open(now).filter(pk__in=ids).values_list("pk", flat=True))
    left = drop(Target.of(row) for row in rows if row.vector_store_id not in open_)
    return {target.store_id for target in left}


def drop_unusable(builder: Session) -> None:
    """Drop what killed builds left. Call it as the builder, whose own index would be among it."""
    with connection.cursor() as cursor:
        cursor.execute(_INVALID)
        places = [IndexPlace(*row) for row in cursor.fetchall()]
    ours = (place for place in places if is_leftover(place.name) or parse_name(place.name))
    _drop_places(builder, ours)


def _drop_places(opened: Session, places: Iterable[IndexPlace]) -> list[IndexPlace]:
    """Drop each and return those left. Only the first one held up is waited for at length."""
    left: list[IndexPlace] = []
    for place in places:
        is_held_up = place.partition in {other.partition for other in left}
        if is_held_up or not _drop_place(opened, place, BRIEFLY if left else PATIENCE):
            left.append(place)
    return left


def _drop_place(opened: Session, place: IndexPlace, patience: timedelta) -> bool:
    """Drop it. False if the partition is built on, or is read for longer than `patience`."""
    with opened.lock_partition(place.partition) as is_free:
        if not is_free:
            return False
        statement = SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(Identifier(place.name))
        try:
            opened.run(statement, lock_timeout=patience)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            log.warning("The index %s is dropped later: %s", place.name, error)
            return False
    log.info("Dropped the index %s of %s.", *place)
    return True
