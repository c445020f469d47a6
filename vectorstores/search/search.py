"""A search, from the client's queries to the hits: rewrite, execute, rerank, rank together."""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import Q

from vectorstores import metrics
from vectorstores.models import VectorStore
from vectorstores.search.assistance import CANDIDATES, reranked, rewritten, wants_reranker
from vectorstores.search.execution import StoreSwitched, execute
from vectorstores.search.ranking import Ranking, merged, without_repeats
from vectorstores.search.results import Hit, SearchResult

OVERLAPPED = 3
"""Times as many chunks are looked at as are asked for, if those that repeat others are left out: of
neighbours that share half of their text, every other one."""


def search(
    *,
    store: VectorStore,
    queries: Sequence[str],
    where: Q,
    limit: int,
    ranking: Ranking,
    now: datetime,
) -> SearchResult:
    """Return the `limit` best chunks for any of the queries; ties in the order of the files.

    `where` is a condition on VectorStoreFile. Raises StoreExpired, ModelMismatch, EmbeddingError,
    and RemoteError if the ranking insists on a reranker.
    """
    began = time.monotonic()
    store.check_open(now)
    queries, rewrite = rewritten(queries) if ranking.rewrite else ([*queries], None)
    depth, weight = candidates_for(limit, ranking), ranking.vector_weight
    find = partial(execute, store, queries, where, limit=depth, vector_weight=weight, now=now)
    try:
        answers, execution = find()
    except StoreSwitched:
        store.refresh_from_db()
        store.check_open(now)
        answers, execution = find()
    execution.rewrite = rewrite
    if wants_reranker(ranking):
        answers, execution.rerank = reranked(ranking, queries, answers)
    candidates = merged(answers)
    if ranking.skip_overlapping:
        candidates = without_repeats(candidates)
    hits = [Hit.of(candidate) for candidate in candidates[:limit]]
    hits = [hit for hit in hits if hit.score >= ranking.score_threshold]
    store.touch_if_quiet(now)
    metrics.searched(
        vector=execution.plan.vector,
        text=execution.plan.text,
        reranker=execution.reranker,
        using=execution.using,
        seconds=time.monotonic() - began,
        results=len(hits),
    )
    return SearchResult(queries, hits, execution)


def candidates_for(limit: int, ranking: Ranking) -> int:
    """Return how many candidates of each query are needed for so many hits."""
    depth = limit * (OVERLAPPED if ranking.skip_overlapping else 1)
    return max(depth, CANDIDATES) if wants_reranker(ranking) else depth
