"""Embed the texts of files about as fast as the embedder can, without overloading it."""

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

# By model, for this process, because a new file continues at the pace that the last one reached.
limits: dict[str, ConcurrencyLimit] = {}


def embed(
    texts: Iterable[str], *, model: str, check_cancelled: Callable[[], None]
) -> Generator[NDArray[np.float32], None, None]:
    """Yield vectors in order, of the shape (n, dimensions) with n up to the embedder's batch size.

    `texts` is read only as the embedder keeps up: at most EMBEDDING_CONCURRENCY batches plus one
    have no vectors yet. Pass the texts of several files as one stream to fill the requests.
    `check_cancelled` is called in this thread between batches and every second of waiting; an
    exception from it ends the work, and so does closing the iterator.

    A failing embedder gets some seconds to recover. Raises EmbeddingError after that, or if `model`
    is not configured.
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
        # Closes the breaker, because that opened if the model could not be built before.
        availability.record_success(model=model, began=began)
        yield vectors
