"""A question as somebody asks it in, one that is better searched for out."""

from functools import lru_cache
from threading import Lock
from typing import Protocol

from django.conf import settings

from vectorstores.search.rewriting.chat import ChatRewriter
from vectorstores.search.rewriting.errors import (
    RewriteError,
    RewriteRefused,
    RewriterMisconfigured,
    RewriteUnavailable,
)

__all__ = [
    "RewriteError",
    "RewriteRefused",
    "RewriteUnavailable",
    "Rewriter",
    "RewriterMisconfigured",
    "get_rewriter",
]

_building = Lock()


class Rewriter(Protocol):
    """What every rewriter offers. Safe to share between threads."""

    def rewrite(self, query: str, *, timeout: float | None = None) -> str:
        """A query for the same, in the same language; the given one where the model has no other.

        It is one line, and no longer than the given one or 500 characters. What it says is as
        trustworthy as the query: a query that gives the model orders changes what is searched
        for, and nothing else. Raises RewriteError: after `timeout` seconds, by default those of
        the settings, and at once for a while after the model has failed.
        """


def get_rewriter() -> Rewriter | None:
    """The rewriter of the settings, built on first use and then kept by this process.

    None: there is none. Raises RewriterMisconfigured.
    """
    if not settings.REWRITE_BASE_URL:
        return None
    with _building:  # two threads must not keep a breaker and connections each
        return _chat(
            settings.REWRITE_BASE_URL,
            settings.REWRITE_API_KEY,
            settings.REWRITE_MODEL,
            settings.REWRITE_TIMEOUT,
        )


@lru_cache(maxsize=1)
def _chat(base_url: str, key: str, model: str, timeout: float) -> ChatRewriter:
    return ChatRewriter(base_url, key, model=model, timeout=timeout)
