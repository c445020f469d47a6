"""Building indexes one at a time, or rebuilding one while it serves.

A build begins and ends in `index_build`, and its index is in Postgres' catalog. One that is killed
in between leaves an invalid index, which the next builder drops, and a row that is still due.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum

import psycopg
from django.conf import settings
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from vectorstores.indexes.definitions import Target, build_memory, create_statement, partition_of
from vectorstores.indexes.dropping import IndexPlace, drop_unusable
from vectorstores.indexes.facts import chunks_of, facts_of
from vectorstores.indexes.needs import Step, needs
from vectorstores.indexes.sessions import Session, session
from vectorstores.models import IndexBuild, IndexKind, StoreIndex

MOST_ON_A_PARTITION = 64
"""HNSW indexes. Every search or write of any store on a partition plans with all of them: 64 cost
0.1 ms, 1,000 cost 5 ms. 16 times 64 large stores are more than most machines' memory holds."""

# For transactions that were open before. One that never ends must not keep the builder for ever,
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
        """Return whether a valid index exists now."""
        return self in (Outcome.BUILT, Outcome.THERE)


def build_due(clock: Callable[[], datetime], *, for_: timedelta) -> int:
    """Build what is due, the largest stores first, and begin no build after `for_`.

    Returns how many indexes exist now: 0 if another session is building. A builder that loses its
    connection leaves the rest to the next one.
    """
    end = clock() + for_
    done = 0
    with session() as builder:
        if not builder.become_builder():
            return 0
        while builder.is_open and (now := clock()) < end:
            wanted = IndexBuild.objects.due(now).largest_first().first()
            if wanted is None:
                break
            if is_needed(wanted, now):
                done += _build_wanted(builder, wanted, now).is_there
            else:
                wanted.delete()
    return done


def is_needed(wanted: IndexBuild, now: datetime) -> bool:
    """Return whether there is still something to do for this row, now that its turn has come."""
    (facts,) = facts_of([wanted.vector_store_id], now)
    target = Target.of(wanted)
    is_vector = target.kind == IndexKind.VECTOR
    if not facts.generations or (is_vector and target.generation not in facts.generations):
        return False
    # Postgres goes on with a build whose worker died, so a valid index may be there: its row is
    # then finished instead of built.
    if wanted.rebuild or any(index.target == target and index.is_valid for index in facts.existing):
        return True
    if is_vector and target.generation != facts.generation:
        return True  # a change of model waits for the index of the generation to come
    return any(need.target == target and need.step == Step.BUILD for need in needs(facts))


def build(target: Target, *, dimensions: int, now: datetime, rebuild: bool = False) -> Outcome:
    """Build an index now, unless another session is building.

    An index that exists is left as it is, unless `rebuild`. A build that fails or has to wait is
    tried again later. Call it outside a transaction.
    """
    wanted = IndexBuild.objects.want(
        **target._asdict(),
        dimensions=dimensions,
        chunks=chunks_of(target.store_id),
        rebuild=rebuild,
        now=now,
    )
    with session() as opened:
        return _build_wanted(opened, wanted, now) if opened.become_builder() else Outcome.BUSY


def _build_wanted(builder: Session, wanted: IndexBuild, now: datetime) -> Outcome:
    """Build the index of this row, unless it exists or something is in its way."""
    drop_unusable(builder)
    target = Target.of(wanted)
    existing = StoreIndex.objects.existing()
    index = existing.filter(name=target.name).first()
    if index and index.is_valid and not wanted.rebuild:
        wanted.finish(now) if wanted.began_at else wanted.delete()
        return Outcome.THERE
    place = IndexPlace(target.name, partition_of(target))
    if index is None and target.kind == IndexKind.VECTOR:
        beside = existing.filter(kind=target.kind, partition=place.partition)
        if beside.count() >= MOST_ON_A_PARTITION:
            wanted.fail(now, TOO_MANY, wait=AGAIN_IF_REFUSED, refused=True)
            return Outcome.REFUSED
    with builder.lock_partition(place.partition) as is_free:
        if not is_free or (index and not index.is_valid):
            wanted.fail(now, IN_THE_WAY, wait=SOON)
            return Outcome.BUSY
        return _build(builder, wanted, place, now, reindex=index is not None)


def _build(
    builder: Session, wanted: IndexBuild, place: IndexPlace, now: datetime, *, reindex: bool
) -> Outcome:
    target = Target.of(wanted)
    chunks = chunks_of(target.store_id, settled_by=now)
    wanted.begin(now, chunks=chunks)
    memory = build_memory(target.kind, rows=chunks, dimensions=wanted.dimensions)
    builder.set(maintenance_work_mem=f"{memory // 1024}kB")
    log.info("Building the index %s of %d chunks on %s.", place.name, chunks, place.partition)
    try:
        _run(builder, target, place, wanted.dimensions, reindex=reindex)
    except psycopg.Error as error:
        wanted.fail(timezone.now(), str(error), wait=AGAIN)
        if not isinstance(error, psycopg.OperationalError):
            raise
        log.warning("The index %s was not built, it is tried again: %s", place.name, error)
        if builder.is_open:
            drop_unusable(builder)  # what it left would be kept up to date by every write
        return Outcome.FAILED
    finished = timezone.now()
    wanted.finish(finished)
    log.info("Built the index %s in %.1f s.", place.name, (finished - now).total_seconds())
    return Outcome.BUILT


def _run(
    builder: Session, target: Target, place: IndexPlace, dimensions: int, *, reindex: bool
) -> None:
    """Build in parallel, or in one process if there is not enough shared memory for several."""
    statement = (
        SQL("REINDEX INDEX CONCURRENTLY {}").format(Identifier(place.name))
        if reindex
        else create_statement(target, place.partition, dimensions=dimensions)
    )
    try:
        builder.set(max_parallel_maintenance_workers=settings.INDEX_BUILD_WORKERS)
        builder.run(statement, lock_timeout=PATIENCE)
    except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory) as error:
        # Processes that build together share memory, and want all of it at once: of /dev/shm,
        # where containers have 64 MB.
        log.warning("The index %s is built by one process alone: %s", place.name, error)
        drop_unusable(builder)
        builder.set(max_parallel_maintenance_workers=0)
        builder.run(statement, lock_timeout=PATIENCE)
    analyze = SQL("ANALYZE {}").format(Identifier(place.partition))
    builder.run(analyze, lock_timeout=PATIENCE)
