"""May the embedder of a model be called now? Each model has a breaker that all processes share.

One breaker a model, because where one service fails, stores of another go on.

Ingestion asks `admits` before it embeds, and reports how that went. A search or a request for
embeddings is tried in any state, because it is one request and a client waits for it: `attempt`
gives it little time while the breaker is open, and closes the breaker if it works.

Without Redis every breaker is closed, and each process notices by itself which embedder fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.crypto import salted_hmac

from vectorstores.breakers.shared import OpenState, SharedBreaker
from vectorstores.embeddings import EmbeddingModel, all_models, model_of
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingRefused,
    EmbeddingUnavailable,
)

QUICK = 3.0
"""Seconds a search waits for an embedder whose breaker is open. Enough for one that works again,
and so little that a web process, which has few threads, still serves everything else."""

Failure = EmbeddingUnavailable | EmbedderMisconfigured


def open_state(model: str | None = None) -> OpenState | None:
    """Return the open state of a model's breaker, or None if it is closed. At most a second old.

    Here and below, None for `model` is the default one.
    """
    return _breaker(model).state()


def open_states() -> dict[str, OpenState]:
    """Return the open states of all configured models whose breakers are open, by model."""
    states = {model.name: open_state(model.name) for model in all_models()}
    return {name: state for name, state in states.items() if state}


def admits(model: str | None = None) -> bool:
    """Return whether this process may begin to embed. Half-open, one process may, as the probe,
    and is admitted again if it asks again."""
    return _breaker(model).admits(timezone.now())


def release_probe(model: str | None = None) -> None:
    """Let another process probe, because this one was admitted and has nothing to embed."""
    _breaker(model).release_probe()


def record_failure(
    error: Failure, *, model: str | None = None, began: datetime | None = None
) -> None:
    """Count a request that began then and failed, for no fault of its texts."""
    now = timezone.now()
    _breaker(model).record_failure(error, now, began=began or now)


def record_success(*, model: str | None = None, began: datetime | None = None) -> None:
    """Count a request that began then and was answered, if only by a refusal."""
    _breaker(model).record_success(began=began or timezone.now())


@contextmanager
def attempt(model: str | None = None) -> Iterator[float | None]:
    """Embed within, in any state, and count how it went. Yields the timeout, None for the usual.

    A failure in little time does not count, because the service may only be slow.
    """
    began, is_open = timezone.now(), open_state(model) is not None
    try:
        yield QUICK if is_open else None
    except (EmbeddingUnavailable, EmbedderMisconfigured) as error:
        if not is_open:
            record_failure(error, model=model, began=began)
        raise
    except EmbeddingRefused:
        record_success(model=model, began=began)
        raise
    record_success(model=model, began=began)


def _breaker(model: str | None) -> SharedBreaker:
    return _breaker_of(model_of(model))


@lru_cache(maxsize=16)
def _breaker_of(model: EmbeddingModel) -> SharedBreaker:
    """Return a breaker of these settings alone, so that a corrected key or address starts with a
    closed one."""
    embedder = (model.backend, model.base_url, model.api_key, model.name, model.dimensions)
    key = salted_hmac("vectorstores.embeddings.availability", repr(embedder)).hexdigest()[:16]
    return SharedBreaker(key, model=model.name, probe_seconds=model.timeout + 5)
