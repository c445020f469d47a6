"""What other services do for a search: rewrite its queries, and rank what was found.

A search goes on without one that fails, and says so; only who names a reranker insists on it. All
queries of a search together wait no longer than one may.
"""

import logging
from collections.abc import Sequence
from time import monotonic

from django.conf import settings

from vectorstores import metrics
from vectorstores.http.errors import RemoteError, Unavailable
from vectorstores.search.ranking import NONE, Ranking
from vectorstores.search.reranking import Reranker, get_reranker
from vectorstores.search.rewriting import get_rewriter
from vectorstores.search.rows import Row

CANDIDATES = 50
"""Chunks of each query that are given to a reranker, at least: what it should bring to the top is
among them, and it needs time for each."""

log = logging.getLogger(__name__)


def rewritten(queries: Sequence[str]) -> tuple[list[str], str]:
    """Better queries for the same, all or none, and what became of it."""
    until = monotonic() + settings.REWRITE_TIMEOUT
    try:
        rewriter = get_rewriter()
        if rewriter is None:
            return [*queries], "not configured"
        with metrics.part("rewrite"):
            better = [rewriter.rewrite(query, timeout=until - monotonic()) for query in queries]
        return better, "done"
    except RemoteError as error:
        return [*queries], _failed(error)


def wants_reranker(ranking: Ranking) -> bool:
    return bool(settings.RERANK_URL) and ranking.ranker != NONE


def reranked(
    ranking: Ranking, queries: Sequence[str], answers: Sequence[list[Row]]
) -> tuple[list[list[Row]], str]:
    """The answers to these queries with the reranker's scores, all or none, and what became of it.

    Raises RemoteError where the reranker was named.
    """
    until = monotonic() + settings.RERANK_TIMEOUT
    try:
        reranker = get_reranker()
        if reranker is None:
            return [*answers], "not configured"
        with metrics.part("rerank"):
            ranked = [
                _scored(reranker, query, rows, until=until)
                for query, rows in zip(queries, answers, strict=True)
            ]
        return ranked, reranker.name
    except RemoteError as error:
        if ranking.insists:
            raise
        return [*answers], _failed(error)


def _scored(reranker: Reranker, query: str, rows: list[Row], *, until: float) -> list[Row]:
    texts = [row.text for row in rows]
    scores = reranker.rerank(query, texts, timeout=until - monotonic())
    return [row._replace(score=float(score)) for row, score in zip(rows, scores, strict=True)]


def _failed(error: RemoteError) -> str:
    """What cannot be reached is logged when it goes and when it comes back, by its breaker."""
    if not isinstance(error, Unavailable):
        log.warning("A search goes on without help: %s", error)
    return f"failed ({error.brief})"
