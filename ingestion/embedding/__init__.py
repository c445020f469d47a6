"""The texts of files, embedded near the speed of the embedder and no faster than it can bear."""

from collections.abc import Callable, Generator, Iterable

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ingestion.embedding.limit import Limit
from ingestion.embedding.stream import Stream
from vectorstores.embeddings import Embedder, availability, get_embedder, model_of
from vectorstores.embeddings.errors import EmbedderMisconfigured
from vectorstores.embeddings.inputs import batches

__all__ = ["embed"]

# Of this process, by the name of a model, so that a new file begins where the last one ended.
allowed: dict[str, Limit] = {}


def embed(
    texts: Iterable[str], *, model: str, check: Callable[[], None]
) -> Generator[NDArray[np.float32], None, None]:
    """Vectors in order, of the shape (n, dimensions) with n up to the embedder's batch.

    `texts` is read as the embedder gets on: of what has no vectors yet, EMBEDDING_CONCURRENCY
    batches at most and one more. Texts of several files may come as one, which fills requests.
    `check` is called in this thread between batches, and each second while there is nothing to do
    but wait; what it raises ends the work, and so does closing the iterator.

    An embedder that fails is waited for, some seconds at most. Then raises EmbeddingError, as for
    a `model` that is not configured.
    """
    described = model_of(model)
    embedder = _embedder(model)
    runs = batches(texts, embedder.batch_size)
    if embedder.is_remote:
        limit = allowed.setdefault(model, Limit(timeout=described.timeout))
        most = described.concurrency
        yield from Stream(embedder, runs, check, limit=limit, most=most).vectors()
        return
    for run in runs:
        check()
        began = timezone.now()
        vectors = embedder.embed(run)
        # It could not be built, perhaps, and now it can.
        availability.record_success(model=model, began=began)
        yield vectors


def _embedder(model: str) -> Embedder:
    began = timezone.now()
    try:
        return get_embedder(model)
    except EmbedderMisconfigured as error:
        availability.record_failure(error, model=model, began=began)
        raise
