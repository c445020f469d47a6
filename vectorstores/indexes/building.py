"""Building one index, or building it anew while it serves.

It begins and ends in `index_build`, and what it makes is in Postgres' catalog. One that is killed
in between leaves an index that is invalid, which whoever builds next drops, and a row that is due.
"""

import logging
from datetime import datetime, timedelta
from enum import Enum

import psycopg
from django.conf import settings
from django.utils import timezone

from vectorstores.indexes import definitions
from vectorstores.indexes.counting import chunks_of
from vectorstores.indexes.dropping import Place, drop_unusable
from vectorstores.indexes.memory import build_memory
from vectorstores.indexes.names import Target
from vectorstores.indexes.sessions import Session, session
from vectorstores.models import IndexBuild, IndexKind, StoreIndex

MOST_ON_A_PARTITION = 64
"""HNSW indexes. Whoever searches or writes any store of a partition plans with all of them: 64
cost 0.1 ms, 1,000 cost 5 ms. 16 times 64 large stores are more than most machines' memory holds."""

# For transactions that were there before. One that never ends must not keep the builder for ever,
# and a backup should not cost a build of minutes.
PATIENCE = timedelta(minutes=10)

AGAIN = timedelta(minutes=10)  # after a failure
AGAIN_IF_REFUSED = timedelta(hours=1)
SOON = timedelta(seconds=30)

TOO_MANY = f"There are {MOST_ON_A_PARTITION} indexes on its partition already."
IN_THE_WAY = "An index is being dropped, of this store or beside it."

log = logging.getLogger(__name__)


class Outcome(Enum):
    BUILT = "built"
    THERE = "there already"
    BUSY = "others are building or dropping"
    REFUSED = "too many indexes already"
    FAILED = "failed"

    @property
    def is_there(self) -> bool:
        """Whether there is a valid index now."""
        return self in (Outcome.BUILT, Outcome.THERE)


def build(target: Target, *, dimensions: int, now: datetime, rebuild: bool = False) -> Outcome:
    """Build an index now, if nobody else builds any. What fails, or has to wait, is tried again.

    One that is there is left as it is, unless it is to be built anew. To be called outside a
    transaction.
    """
    wanted = IndexBuild.objects.want(
        **target._asdict(),
        dimensions=dimensions,
        chunks=chunks_of(target.store_id),
        rebuild=rebuild,
        now=now,
    )
    with session() as opened:
        return build_wanted(opened, wanted, now) if opened.is_builder() else Outcome.BUSY


def build_wanted(builder: Session, wanted: IndexBuild, now: datetime) -> Outcome:
    """As `build`. The session is the builder's."""
    drop_unusable(builder)
    target = Target.of(wanted)
    there = StoreIndex.objects.existing().filter(name=target.name).first()
    if there and there.is_valid and not wanted.rebuild:
        wanted.finish(now) if wanted.began_at else wanted.delete()
        return Outcome.THERE
    place = Place(target.name, definitions.leaf(target))
    if not there and is_full(target.kind, place.partition):
        wanted.fail(now, TOO_MANY, wait=AGAIN_IF_REFUSED, refused=True)
        return Outcome.REFUSED
    with builder.partition(place.partition) as is_free:
        if not is_free or (there and not there.is_valid):
            wanted.fail(now, IN_THE_WAY, wait=SOON)
            return Outcome.BUSY
        return _build(builder, wanted, target, place, now, anew=there is not None)


def is_full(kind: IndexKind, partition: str) -> bool:
    there = StoreIndex.objects.existing().filter(kind=kind, partition=partition).count()
    return kind == IndexKind.VECTOR and there >= MOST_ON_A_PARTITION


def _build(
    builder: Session,
    wanted: IndexBuild,
    target: Target,
    place: Place,
    now: datetime,
    *,
    anew: bool,
) -> Outcome:
    chunks = chunks_of(target.store_id, settled_by=now)
    wanted.begin(now, chunks=chunks)
    memory = build_memory(target.kind, rows=chunks, dimensions=wanted.dimensions)
    builder.set(maintenance_work_mem=f"{memory // 1024}kB")
    log.info("Building the index %s of %d chunks on %s.", place.name, chunks, place.partition)
    try:
        _run(builder, target, place, wanted.dimensions, anew=anew)
    except psycopg.Error as error:
        wanted.fail(timezone.now(), str(error), wait=AGAIN)
        if not isinstance(error, psycopg.OperationalError):
            raise
        log.warning("The index %s was not built, it is tried again: %s", place.name, error)
        if builder.lives:
            drop_unusable(builder)  # what it left would be kept up to date by every write
        return Outcome.FAILED
    finished = timezone.now()
    wanted.finish(finished)
    log.info("Built the index %s in %.1f s.", place.name, (finished - now).total_seconds())
    return Outcome.BUILT


def _run(builder: Session, target: Target, place: Place, dimensions: int, *, anew: bool) -> None:
    statement = (
        definitions.recreate(target)
        if anew
        else definitions.create(target, place.partition, dimensions=dimensions)
    )
    try:
        builder.set(max_parallel_maintenance_workers=settings.INDEX_BUILD_WORKERS)
        builder.run(statement, patience=PATIENCE)
    except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory) as error:
        # Processes that build together share memory, and want all of it at once: of /dev/shm,
        # where containers have 64 MB.
        log.warning("The index %s is built by one process alone: %s", place.name, error)
        drop_unusable(builder)
        builder.set(max_parallel_maintenance_workers=0)
        builder.run(statement, patience=PATIENCE)
    builder.run(definitions.analyze(place.partition), patience=PATIENCE)
