"""The rules by which a store's indexes are built, rebuilt and dropped.

    the store is deleted or has expired       drop all
    no index, fewer chunks than T             nothing
    no index, T chunks or more                build once the store is quiet, from 5 T on at once
    an index, fewer chunks than T / 2         drop
    an index, T / 2 chunks or more            keep, and
      of vectors, if its churn is above 0.3   rebuild once the store is quiet, above 0.6 at once
      of terms                                tidy once the store is quiet
    vectors of a generation not needed        drop

T is INDEX_FROM_CHUNKS for terms, and for vectors less with more than 384 dimensions. A store is
quiet while none of its files is due or claimed. Churn is the share of what an index was built with
that has been removed or replaced since. An invalid index, which an interrupted build left, counts
as none, and is dropped below T. A change of model needs two generations.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from vectorstores.indexes.definitions import Target
from vectorstores.models import IndexKind

# INDEX_FROM_CHUNKS is calibrated for this many dimensions. An exact scan reads bytes, so vectors of
# twice the length are worth an index at half as many.
DIMENSIONS = 384

# Adding a vector to a graph takes longer than building the graph with it, so a store that still
# fills is not indexed before it is full, unless it has grown to this many times the threshold.
BUILD_AT_ONCE_FROM = 5

# Share of the threshold, so that a store around it does not gain and lose its index every day.
DROP_BELOW = 0.5

# Removed vectors leave holes in a graph. Added ones do not: they are linked as well as the rest.
MOST_CHURN = 0.3
TOO_MUCH_CHURN = 0.6  # a store that is never quiet is rebuilt nevertheless


def index_min_rows(dimensions: int) -> int:
    """Return the number of chunks at which a vector index becomes worthwhile."""
    return max(1, settings.INDEX_FROM_CHUNKS * DIMENSIONS // dimensions)


def text_index_min_rows() -> int:
    """Return the number of chunks at which a text index becomes worthwhile."""
    return int(settings.INDEX_FROM_CHUNKS)


class Step(Enum):
    BUILD = "build"
    REBUILD = "rebuild"
    DROP = "drop"
    TIDY = "tidy"  # move a GIN's list of new entries into the index
    WAIT = "wait"  # for the store to be quiet


class Need(NamedTuple):
    step: Step
    target: Target


@dataclass(frozen=True)
class Existing:
    """An index that exists. `churn` is a share, from 0 to 1."""

    target: Target
    is_valid: bool
    churn: float = 0.0


@dataclass(frozen=True)
class Facts:
    """A store, as far as its needs depend on it.

    `generation` is the one that is searched. `generations` are those whose embeddings are needed:
    none if the store is closed.
    """

    store_id: UUID
    generation: int
    generations: frozenset[int]
    dimensions: int
    chunks: int
    is_busy: bool  # a file is due, or a worker has claimed one
    existing: tuple[Existing, ...] = ()


def needs(facts: Facts) -> list[Need]:
    """Return what the store's indexes need now: at most one step for each index."""
    if not facts.generations:
        return [Need(Step.DROP, index.target) for index in facts.existing]
    found = [
        Need(Step.DROP, index.target)
        for index in facts.existing
        if index.target.kind == IndexKind.VECTOR
        and index.target.generation not in facts.generations
    ]
    vector = Target(IndexKind.VECTOR, facts.store_id, facts.generation)
    text = Target(IndexKind.TEXT, facts.store_id)
    for target, threshold in (
        (vector, index_min_rows(facts.dimensions)),
        (text, text_index_min_rows()),
    ):
        if step := _step(target, threshold, facts):
            found.append(Need(step, target))
    return found


def _step(target: Target, threshold: int, facts: Facts) -> Step | None:
    index = next((index for index in facts.existing if index.target == target), None)
    has_valid = index is not None and index.is_valid
    if facts.chunks < (threshold * DROP_BELOW if has_valid else threshold):
        return Step.DROP if index else None
    if index is None or not index.is_valid:
        waits = facts.is_busy and facts.chunks < threshold * BUILD_AT_ONCE_FROM
        return Step.WAIT if waits else Step.BUILD
    if target.kind == IndexKind.TEXT:
        return None if facts.is_busy else Step.TIDY
    if index.churn <= MOST_CHURN:
        return None
    waits = facts.is_busy and index.churn <= TOO_MUCH_CHURN
    return Step.WAIT if waits else Step.REBUILD
