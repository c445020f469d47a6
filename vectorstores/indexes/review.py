"""Reviewing stores: what their indexes need is done or queued, and stale lexicons are sampled.

Publishing or deleting chunks reports the store, and the sweep looks at it within seconds. A report
may be lost, so once an hour all stores are looked at.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from vectorstores import dispatch
from vectorstores.indexes import dropping
from vectorstores.indexes.definitions import Target
from vectorstores.indexes.facts import facts_of
from vectorstores.indexes.needs import Facts, Step, needs
from vectorstores.indexes.sessions import is_build_running
from vectorstores.models import IndexBuild, StoreIndex, VectorStore
from vectorstores.models.lexicons import Lexicon

SLICE = 50  # stores at a time
MANY = 500  # stores at a time in a review of all, which may take long
SWEEP_HAS = 2.0  # seconds; what is left over is the next sweep's

# NULL if the index does not exist any more.
_TIDY = "SELECT gin_clean_pending_list(to_regclass(%s))"


def review_changed(now: datetime) -> int:
    """Review stores that were reported as changed, for SWEEP_HAS. Return how many."""
    until = time.monotonic() + SWEEP_HAS

    def slices() -> Iterator[list[UUID]]:
        while time.monotonic() < until and (stores := dispatch.take_changed(SLICE)):
            yield stores

    return _review(slices(), now)


def review_all(now: datetime) -> int:
    """Review every store. Return how many."""
    keys = VectorStore.objects.live().order_by("pk").values_list("pk", flat=True)

    def slices() -> Iterator[list[UUID]]:
        last = UUID(int=0)
        while found := list(keys.filter(pk__gt=last)[:MANY]):
            yield found
            last = found[-1]

    return _review(slices(), now)


def _review(slices: Iterable[list[UUID]], now: datetime) -> int:
    again: set[UUID] = set()
    seen = 0
    for stores in slices:
        again |= reconcile(stores, now)
        seen += len(stores)
    dispatch.changed(again)
    return seen


def reconcile(store_ids: Iterable[UUID], now: datetime) -> set[UUID]:
    """Bring these stores' indexes to what they need: drop and tidy now, queue what is to be built.

    Returns the stores to look at again soon, because they still fill or an index of theirs could
    not be dropped yet.
    """
    to_drop, again = [], set()
    stores = facts_of(store_ids, now)
    _sample_stale_lexicons(
        {store.store_id: store.chunks for store in stores if store.generations}, now
    )
    for store in stores:
        for step, target in needs(store):
            match step:
                case Step.BUILD | Step.REBUILD:
                    _queue(target, store, now, rebuild=step == Step.REBUILD)
                case Step.DROP:
                    to_drop.append(target)
                case Step.TIDY:
                    with connection.cursor() as cursor:
                        cursor.execute(_TIDY, [target.name])
                case Step.WAIT:
                    again.add(store.store_id)
    return again | {target.store_id for target in dropping.drop(to_drop)}


def request_rebuild(index: StoreIndex, now: datetime) -> bool:
    """Queue a rebuild. False if the index is not valid, or its store is not searched by it."""
    (store,) = facts_of([index.vector_store_id], now)
    target = Target.of(index)
    is_searched = bool(store.generations) and target.generation in (0, store.generation)
    if not index.is_valid or not is_searched:
        return False
    _queue(target, store, now, rebuild=True)
    return True


def wake_builder(now: datetime) -> bool:
    """Wake a worker if a build is due and none is running, also because its worker was killed."""
    is_due = IndexBuild.objects.due(now).exists() and not is_build_running()
    if is_due:
        dispatch.wake_builder()
    return is_due


def _queue(target: Target, store: Facts, now: datetime, *, rebuild: bool) -> None:
    IndexBuild.objects.want(
        **target._asdict(),
        dimensions=store.dimensions,
        chunks=store.chunks,
        rebuild=rebuild,
        now=now,
    )


def _sample_stale_lexicons(chunks: Mapping[UUID, int], now: datetime) -> None:
    """Sample the stores that have changed much since; `chunks` is how many each has."""
    kept = Lexicon.objects.defer("data").in_bulk(chunks)
    for store_id, count in chunks.items():
        lexicon = kept.get(store_id)
        if lexicon.is_stale(count) if lexicon else count > 0:
            Lexicon.objects.refresh(store_id, now)
