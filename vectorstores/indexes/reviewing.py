"""Looking at stores, and seeing to what their indexes need."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from vectorstores.indexes import dropping
from vectorstores.indexes.facts import facts_of
from vectorstores.indexes.lexicons import refresh_stale
from vectorstores.indexes.names import Target
from vectorstores.indexes.needs import Facts, Need, Step, needs
from vectorstores.models import IndexBuild, IndexKind, StoreIndex, VectorStore

# Of an index that has gone meanwhile, nothing comes.
_TIDY = "SELECT gin_clean_pending_list(to_regclass(%s))"


def see_to(store_ids: Iterable[UUID], now: datetime) -> set[UUID]:
    """Do what these stores need, of what is done at once. What is to be built is wanted from now
    on. The stores that are to be looked at again soon.
    """
    to_drop, again = [], set()
    known = facts_of(store_ids, now)
    refresh_stale({facts.store_id: facts.chunks for facts in known if facts.generations}, now)
    for facts in known:
        for need in needs(facts):
            if need.step in (Step.BUILD, Step.REBUILD):
                _want(need, facts, now)
            elif need.step == Step.DROP:
                to_drop.append(need.target)
            elif need.step == Step.TIDY:
                tidy(need.target)
            else:
                again.add(facts.store_id)
    return again | {target.store_id for target in dropping.drop(to_drop)}


def want_rebuilt(index: StoreIndex, now: datetime) -> bool:
    """Have an index built anew, soon. False where there is none, or its store is not searched by
    it."""
    (facts,) = facts_of([index.vector_store_id], now)
    target = Target.of(index)
    if (
        not index.is_valid
        or not facts.generations
        or target.generation not in (0, facts.generation)
    ):
        return False
    _want(Need(Step.REBUILD, target), facts, now)
    return True


def is_needed(wanted: IndexBuild, now: datetime) -> bool:
    """Whether there is something to do still, now that its turn has come.

    One that is there may have been begun by who died, and Postgres went on: that is written down.
    One of a generation that is not searched yet was asked for by who changes the model.
    """
    (facts,) = facts_of([wanted.vector_store_id], now)
    target = Target.of(wanted)
    is_vector = target.kind == IndexKind.VECTOR
    if not facts.generations or (is_vector and target.generation not in facts.generations):
        return False
    if wanted.rebuild or any(each.target == target and each.is_valid for each in facts.existing):
        return True
    if is_vector and target.generation != facts.generation:
        return True
    return any(need.target == target and need.step == Step.BUILD for need in needs(facts))


def drop_closed(now: datetime) -> set[UUID]:
    """Drop the indexes of stores that are deleted or have expired. The stores that have one left.

    To be called before their rows are deleted.
    """
    rows = list(StoreIndex.objects.existing())
    ids = {row.vector_store_id for row in rows}
    open_ = set(VectorStore.objects.open(now).filter(pk__in=ids).values_list("pk", flat=True))
    closed = [Target.of(row) for row in rows if row.vector_store_id not in open_]
    return {target.store_id for target in dropping.drop(closed)}


def tidy(target: Target) -> None:
    """Put what was written to a GIN where it belongs, so that searches need not read the list."""
    with connection.cursor() as cursor:
        cursor.execute(_TIDY, [target.name])


def _want(need: Need, facts: Facts, now: datetime) -> None:
    IndexBuild.objects.want(
        kind=need.target.kind,
        store_id=need.target.store_id,
        generation=need.target.generation,
        dimensions=facts.dimensions,
        chunks=facts.chunks,
        rebuild=need.step == Step.REBUILD,
        now=now,
    )
