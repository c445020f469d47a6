"""Back-pressure from the embedder: when it fails, it is left alone, by all processes together.

    closed ── nothing has worked for a while, a long Retry-After, or a refused key ──▶ open
      ▲                                                                                │
      └── it worked ── one prober, when `until` has passed ◀───────────────────────────┤
                              └── it failed: open again, for longer ───────────────────┘

Each model has a circuit of its own: where one service fails, stores of another go on.

Only ingestion asks whether it may begin. Somebody waits for a search, and it is one request: it
is always tried, though not for long while the circuit is open, and closes it if it works.

The circuit is kept in Redis. It protects a service that works: while Redis does not answer, the
circuit is closed, and everybody finds out alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.crypto import salted_hmac

from vectorstores.breakers.shared import Breaker, Circuit
from vectorstores.embeddings import EmbeddingModel, all_models, model_of
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)

__all__ = ["Circuit", "admits", "asked", "failed", "held", "state", "step_back", "succeeded"]

QUICK = 3.0
"""Seconds a search waits for an embedder that is known to fail. Enough for one that works again,
and so little that a web process, which has few threads, still serves everything else."""

Failure = EmbeddingUnavailable | EmbedderMisconfigured


def state(model: str | None = None) -> Circuit | None:
    """The open circuit of a model, by its name, or of the default one; else None. At most a second
    old."""
    return _breaker(model).state()


def held() -> dict[str, Circuit]:
    """The open circuits of all models that are configured, by the names of these."""
    states = {model.name: state(model.name) for model in all_models()}
    return {name: circuit for name, circuit in states.items() if circuit}


def admits(model: str | None = None) -> bool:
    """Whether this process may begin to embed. While the circuit is open, one process at a time
    may, once `until` has passed; to the one that may it says so again."""
    return _breaker(model).admits(timezone.now())


def step_back(model: str | None = None) -> None:
    """This process was admitted and has nothing to embed: let another one try."""
    _breaker(model).step_back()


def failed(error: Failure, *, model: str | None = None, began: datetime | None = None) -> None:
    """A request that began then has failed, and not for what it asked."""
    now = timezone.now()
    _breaker(model).failed(error, now, began=began or now)


def succeeded(*, model: str | None = None, began: datetime | None = None) -> None:
    """A request that began then was answered, if only by a refusal."""
    _breaker(model).succeeded(began=began or timezone.now())


@contextmanager
def asked(model: str | None = None) -> Iterator[float | None]:
    """Around a request that somebody waits for: gives its timeout, None for the usual one.

    What fails in little time does not count: the service may only be slow.
    """
    began, is_open = timezone.now(), state(model) is not None
    try:
        yield QUICK if is_open else None
    except (EmbeddingUnavailable, EmbedderMisconfigured) as error:
        if not is_open:
            failed(error, model=model, began=began)
        raise
    except EmbeddingRefused:
        succeeded(model=model, began=began)
        raise
    succeeded(model=model, began=began)


def _breaker(model: str | None) -> Breaker:
    return _breaker_of(model_of(model))


@lru_cache(maxsize=16)
def _breaker_of(model: EmbeddingModel) -> Breaker:
    """Of these settings alone: whoever starts with a mended key or address need not wait."""
    embedder = (model.backend, model.base_url, model.api_key, model.name, model.dimensions)
    key = salted_hmac("vectorstores.embeddings.availability", repr(embedder)).hexdigest()[:16]
    return Breaker(key, model=model.name, prober_has=model.timeout + 5)
