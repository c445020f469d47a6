"""Help from other services: a search's queries rewritten, and what was found reranked.

A search goes on without a service that fails, and says so; only a client that names a reranker
insists on it. All queries of a search together wait no longer than one may.
"""

import logging
from collections.abc import Sequence
from time import monotonic

from django.conf import settings

from vectorstores import metrics
from vectorstores.http.errors import RemoteError, Unavailable
from vectorstores.search.ranking import NONE, Ranking
from vectorstores.search.reranking import get_reranker
from vectorstores.search.rewriting import get_rewriter
from vectorstores.search.sql import Candidate

CANDIDATES = 50
"""Chunks of each query that are given to a reranker, at least: what it should bring to the top is
among them, and it needs time for each."""

log = logging.getLogger(__name__)


def rewritten(queries: Sequence[str]) -> tuple[list[str], str]:
    """Return better queries for the same, all or none, and what became of it."""
    until = monotonic() + settings.REWRITE_TIMEOUT
    try:
        rewriter = get_rewriter()
        if rewriter is None:
            return [*queries], "not configured"
        with metrics.part("rewrite"):
            better = [rewriter.rewrite(query, timeout=until - monotonic()) for query in queries]
        return better, "done"
    except RemoteError as error:
        return [*queries], _failed("Rewriter", error)


def wants_reranker(ranking: Ranking) -> bool:
    return bool(settings.RERANK_URL) and ranking.ranker != NONE


def reranked(
    ranking: Ranking, queries: Sequence[str], answers: Sequence[list[Candidate]]
) -> tuple[list[list[Candidate]], str]:
    """Return the answers to these queries with the reranker's scores, all or none, and what became
    of it. Raises RemoteError if the reranker was named.
    """
    until = monotonic() + settings.RERANK_TIMEOUT
    try:
        reranker = get_reranker()
        if reranker is None:
            return [*answers], "not configured"
        scored = []
        with metrics.part("rerank"):
            for query, candidates in zip(queries, answers, strict=True):
                texts = [candidate.text for candidate in candidates]
                scores = reranker.rerank(query, texts, timeout=until - monotonic())
                pairs = zip(candidates, scores, strict=True)
                scored.append([each._replace(score=float(score)) for each, score in pairs])
        return scored, reranker.name
    except RemoteError as error:
        if ranking.insists:
            raise
        return [*answers], _failed("Reranker", error)


def _failed(service: str, error: RemoteError) -> str:
    """Log the failure, unless it is an outage, which the breaker logs when it begins and ends."""
    if not isinstance(error, Unavailable):
        log.warning("%s failed; the search continues without it: %s", service, error)
    return f"failed ({error.brief})"
