"""Metrics of ranked lists."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import accumulate
from statistics import fmean

DEPTH = 10
BUDGET = 4000  # tokens


@dataclass(frozen=True)
class Marks:
    """The marks of a list for one question, or the means of many."""

    recall_1: float
    recall_10: float
    mrr: float
    ndcg: float
    in_budget: float


@dataclass(frozen=True)
class Found:
    """A chunk of a list."""

    is_relevant: bool
    tokens: int


def marks(chunks: Sequence[Found], *, known: int) -> Marks:
    """Mark a list, best first, for a question with so many relevant chunks (at least one).

    Recall is 1 if any of the first is relevant, because one answer is enough; in the budget, if any
    of those that fit into it together is. The reciprocal rank is that of the first relevant chunk,
    the gain that of all; both count ten chunks.
    """
    first = [chunk.is_relevant for chunk in chunks[:DEPTH]]
    rank = first.index(True) + 1 if any(first) else math.inf
    read = accumulate(chunk.tokens for chunk in chunks)
    fitting = [
        chunk.is_relevant for chunk, tokens in zip(chunks, read, strict=True) if tokens <= BUDGET
    ]
    return Marks(
        recall_1=float(rank == 1),
        recall_10=float(rank <= DEPTH),
        mrr=1 / rank,
        ndcg=_gain(first) / _gain([True] * min(known, DEPTH)),
        in_budget=float(any(fitting)),
    )


def mean(of: Iterable[Marks]) -> Marks:
    rows = zip(*map(astuple, of), strict=True)
    return Marks(*(fmean(values) for values in rows))


def _gain(first: Sequence[bool]) -> float:
    return sum(1 / math.log2(rank + 1) for rank, is_so in enumerate(first, start=1) if is_so)
