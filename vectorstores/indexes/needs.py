"""What a store's indexes need, decided from what is known of it."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from vectorstores.indexes.names import Target
from vectorstores.indexes.thresholds import index_min_rows, text_index_min_rows
from vectorstores.models import IndexKind

# A store that still fills is indexed when it has, since adding a vector to a graph takes longer
# than building the graph with it; but not for ever, if it never stops.
NOT_WAITING_FROM = 5  # times the threshold

# A store around the threshold does not gain and lose its index every day.
KEPT_DOWN_TO = 0.5  # of the threshold

# What is removed leaves holes in a graph. What is added does not: it is linked as well as the rest.
MOST_CHURN = 0.3
TOO_MUCH_CHURN = 0.6  # for which a store that is never quiet is rebuilt all the same


class Step(Enum):
    BUILD = "build"
    REBUILD = "rebuild"
    DROP = "drop"
    TIDY = "tidy"  # the list of what was written to a GIN since
    WAIT = "wait"  # for the store to be quiet


class Need(NamedTuple):
    step: Step
    target: Target
    chunks: int = 0


@dataclass(frozen=True)
class Existing:
    """An index there is. `churn` is how much of what it was built with has gone, or come anew."""

    target: Target
    is_valid: bool
    churn: float = 0.0


@dataclass(frozen=True)
class Facts:
    """`generations` are those whose embeddings are wanted: of a store that is deleted or has
    expired, none. `generation` is the one that is searched."""

    store_id: UUID
    generation: int
    generations: frozenset[int]
    dimensions: int
    chunks: int
    is_busy: bool
    existing: tuple[Existing, ...] = ()


def needs(facts: Facts) -> list[Need]:
    if not facts.generations:
        return [Need(Step.DROP, each.target) for each in facts.existing]
    vector = Target(IndexKind.VECTOR, facts.store_id, facts.generation)
    text = Target(IndexKind.TEXT, facts.store_id)
    return [
        *(Need(Step.DROP, each.target) for each in facts.existing if _is_dead(each, facts)),
        *_of(vector, index_min_rows(facts.dimensions), facts),
        *_of(text, text_index_min_rows(), facts),
    ]


def _is_dead(index: Existing, facts: Facts) -> bool:
    return (
        index.target.kind == IndexKind.VECTOR and index.target.generation not in facts.generations
    )


def _of(target: Target, threshold: int, facts: Facts) -> list[Need]:
    there = next((each for each in facts.existing if each.target == target), None)
    least = threshold * KEPT_DOWN_TO if there and there.is_valid else threshold
    if facts.chunks < least:
        return [Need(Step.DROP, target)] if there else []
    if there is None or not there.is_valid:
        waits = facts.is_busy and facts.chunks < threshold * NOT_WAITING_FROM
        return [_need(Step.WAIT if waits else Step.BUILD, target, facts)]
    if target.kind == IndexKind.TEXT:
        return [] if facts.is_busy else [_need(Step.TIDY, target, facts)]
    if there.churn <= MOST_CHURN:
        return []
    waits = facts.is_busy and there.churn <= TOO_MUCH_CHURN
    return [_need(Step.WAIT if waits else Step.REBUILD, target, facts)]


def _need(step: Step, target: Target, facts: Facts) -> Need:
    return Need(step, target, facts.chunks)
