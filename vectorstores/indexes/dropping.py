"""Dropping indexes: those nobody wants any more, and what interrupted builds have left.

A store's index goes before its rows: vacuuming them out of it takes longer than building it did.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import psycopg
from django.db import connection

from vectorstores.indexes.definitions import drop as dropping
from vectorstores.indexes.names import Target, is_left_over, read_name
from vectorstores.indexes.sessions import Session, session
from vectorstores.models import StoreIndex

# Postgres waits until nobody reads the partition who began before. Whoever waits keeps the builder
# away from it meanwhile.
PATIENCE = timedelta(seconds=2)  # longer than `deadlock_timeout`, after which autovacuum gives way
BRIEFLY = timedelta(milliseconds=100)  # once one was held up: a backup reads everything

_UNUSABLE = """
SELECT index.relname, leaf.relname
  FROM pg_index
  JOIN pg_class AS index ON index.oid = pg_index.indexrelid
  JOIN pg_class AS leaf ON leaf.oid = pg_index.indrelid
 WHERE (index.relname LIKE 'hnsw%%' OR index.relname LIKE 'gin%%')
   AND NOT pg_index.indisvalid AND pg_table_is_visible(index.oid)
"""

log = logging.getLogger(__name__)


class Place(NamedTuple):
    """An index by its name, and the partition it is on."""

    name: str
    partition: str


def drop(targets: Iterable[Target]) -> list[Target]:
    """Drop the indexes of these that exist. Those that are left: somebody builds or reads there."""
    wanted = {target.name: target for target in targets}
    rows = StoreIndex.objects.existing().filter(name__in=wanted)
    places = [Place(row.name, str(row.partition)) for row in rows]
    if not places:
        return []
    with session() as opened:
        return [wanted[place.name] for place in drop_each(opened, places)]


def drop_unusable(builder: Session) -> None:
    """What killed builds have left. To be called by the builder: its own would be among them."""
    drop_each(builder, _unusable())


def drop_each(opened: Session, places: Iterable[Place]) -> list[Place]:
    """Those that are left. However many there are, whoever reads for long is waited for once."""
    left: list[Place] = []
    for place in places:
        is_held_up = place.partition in {each.partition for each in left}
        if is_held_up or not drop_at(opened, place, BRIEFLY if left else PATIENCE):
            left.append(place)
    return left


def drop_at(opened: Session, place: Place, patience: timedelta) -> bool:
    """False where somebody builds or drops on the partition, or reads it for too long."""
    with opened.partition(place.partition) as is_free:
        if not is_free:
            return False
        try:
            opened.run(dropping(place.name), patience=patience)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            log.warning("The index %s is dropped later: %s", place.name, error)
            return False
    log.info("Dropped the index %s of %s.", *place)
    return True


def _unusable() -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(_UNUSABLE)
        places = [Place(*row) for row in cursor.fetchall()]
    return [each for each in places if is_left_over(each.name) or read_name(each.name)]
