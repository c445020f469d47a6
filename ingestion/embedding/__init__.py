"""Embed the texts of files, near the speed of the embedder and no faster than it can bear."""

from collections.abc import Callable, Generator, Iterable

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ingestion.embedding.pacing import ConcurrencyLimit
from ingestion.embedding.stream import Stream
from vectorstores.embeddings import availability, get_embedder, model_of
from vectorstores.embeddings.errors import EmbedderMisconfigured
from vectorstores.embeddings.inputs import batches

__all__ = ["embed"]

# This process's, by the name of a model, so that a new file begins where the last one ended.
limits: dict[str, ConcurrencyLimit] = {}


def embed(
    texts: Iterable[str], *, model: str, check_cancelled: Callable[[], None]
) -> Generator[NDArray[np.float32], None, None]:
    """Give vectors in order, of the shape (n, dimensions) with n up to the embedder's batch.

    `texts` is read as the embedder gets on: at most EMBEDDING_CONCURRENCY batches, and one more,
    have no vectors yet. Texts of several files may come as one, which fills requests.
    `check_cancelled` is called in this thread between batches, and each second of waiting; what it
    raises ends the work, and so does closing the iterator.

    An embedder that fails is waited for, some seconds at most. Then raises EmbeddingError, as for
    a `model` that is not configured.
    """
    described = model_of(model)
    began = timezone.now()
    try:
        embedder = get_embedder(model)
    except EmbedderMisconfigured as error:
        availability.record_failure(error, model=model, began=began)
        raise
    requests = batches(texts, embedder.batch_size)
    if embedder.is_remote:
        limit = limits.setdefault(model, ConcurrencyLimit(timeout=described.timeout))
        most = described.concurrency
        yield from Stream(embedder, requests, check_cancelled, limit=limit, most=most).vectors()
        return
    for batch in requests:
        check_cancelled()
        began = timezone.now()
        vectors = embedder.embed(batch)
        # The model may have been impossible to build until now, which opens its breaker.
        availability.record_success(model=model, began=began)
        yield vectors
