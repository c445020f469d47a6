"""Back-pressure from the embedder: when it fails, it is left alone, by all processes together.

    closed ── nothing has worked for a while, a long Retry-After, or a refused key ──▶ open
      ▲                                                                                │
      └── it worked ── one prober, when `until` has passed ◀───────────────────────────┤
                              └── it failed: open again, for longer ───────────────────┘

Only ingestion asks whether it may begin. Somebody waits for a search, and it is one request: it
is always tried, though not for long while the circuit is open, and closes it if it works.

The circuit is kept in Redis. It protects a service that works: while Redis does not answer, the
circuit is closed, and everybody finds out alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from vectorstores.circuit.breaker import Breaker, Circuit
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)

__all__ = ["Circuit", "admits", "asked", "failed", "state", "step_back", "succeeded"]

QUICK = 3.0
"""Seconds a search waits for an embedder that is known to fail. Enough for one that works again,
and so little that a web process, which has few threads, still serves everything else."""

Failure = EmbeddingUnavailable | EmbedderMisconfigured


def state() -> Circuit | None:
    """The open circuit, or None. At most a second old."""
    return _breaker().state()


def admits() -> bool:
    """Whether this process may begin to embed. While the circuit is open, one process at a time
    may, once `until` has passed; to the one that may it says so again."""
    return _breaker().admits(timezone.now())


def step_back() -> None:
    """This process was admitted and has nothing to embed: let another one try."""
    _breaker().step_back()


def failed(error: Failure, *, began: datetime | None = None) -> None:
    """A request that began then has failed, and not for what it asked."""
    now = timezone.now()
    _breaker().failed(error, now, began=began or now)


def succeeded(*, began: datetime | None = None) -> None:
    """A request that began then was answered, if only by a refusal."""
    _breaker().succeeded(began=began or timezone.now())


@contextmanager
def asked() -> Iterator[float | None]:
    """Around a request that somebody waits for: gives its timeout, None for the usual one.

    What fails in little time does not count: the service may only be slow.
    """
    began, is_open = timezone.now(), state() is not None
    try:
        yield QUICK if is_open else None
    except (EmbeddingUnavailable, EmbedderMisconfigured) as error:
        if not is_open:
            failed(error, began=began)
        raise
    except EmbeddingRefused:
        succeeded(began=began)
        raise
    succeeded(began=began)


def _breaker() -> Breaker:
    embedder = (
        settings.EMBEDDING_BACKEND,
        settings.EMBEDDING_BASE_URL,
        settings.EMBEDDING_API_KEY,
        settings.EMBEDDING_MODEL,
        settings.EMBEDDING_DIMENSIONS,
    )
    return _breaker_of(embedder, settings.EMBEDDING_TIMEOUT)


@lru_cache(maxsize=1)
def _breaker_of(embedder: tuple[object, ...], timeout: float) -> Breaker:
    """Of these settings alone: whoever starts with a mended key or address need not wait."""
    key = salted_hmac("vectorstores.circuit", repr(embedder)).hexdigest()[:16]
    return Breaker(key, prober_has=timeout + 5)
