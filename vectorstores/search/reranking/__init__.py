"""A question and texts in, how well each answers it out.

A reranker reads question and text together, which finds what vectors of each alone miss, and takes
so long that only the best of a search can be given to it.
"""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from vectorstores.search.reranking.errors import (
    RerankerMisconfigured,
    RerankError,
    RerankRefused,
    RerankUnavailable,
)
from vectorstores.search.reranking.http import UNNAMED, HttpReranker

__all__ = [
    "RerankError",
    "RerankRefused",
    "RerankUnavailable",
    "Reranker",
    "RerankerMisconfigured",
    "get_reranker",
    "names",
]

_building = Lock()


class Reranker(Protocol):
    """What every reranker offers. Safe to share between threads."""

    @property
    def name(self) -> str:
        """What a client may call it."""

    def rerank(
        self, query: str, texts: Sequence[str], *, timeout: float | None = None
    ) -> NDArray[np.float64]:
        """Returns (len(texts),), each in [0, 1] and higher for a text that answers better.

        One reranker's scores may be compared across calls. Raises RerankError: after `timeout`
        seconds, by default those of the settings, and at once for a while after it has failed.
        """


def get_reranker() -> Reranker | None:
    """The reranker of the settings, built on first use and then kept by this process.

    None: there is none. Raises RerankerMisconfigured.
    """
    if not settings.RERANK_URL:
        return None
    with _building:  # two threads must not keep a breaker and connections each
        return _http(
            settings.RERANK_URL,
            settings.RERANK_API_KEY,
            settings.RERANK_API,
            settings.RERANK_MODEL,
            settings.RERANK_SCORES,
            settings.RERANK_TIMEOUT,
        )


def names() -> list[str]:
    """What a client may call the reranker of the settings: nothing, where there is none."""
    return [settings.RERANK_MODEL or UNNAMED] if settings.RERANK_URL else []


@lru_cache(maxsize=1)
def _http(url: str, key: str, api: str, model: str, scores: str, timeout: float) -> HttpReranker:
    return HttpReranker(url, key, api=api, model=model, scores=scores, timeout=timeout)
