"""The vectors of questions that were asked before, which cost nothing the second time.

A cached vector says nothing about how the embedder is, so a search looks here first:

    vectors = cached_vectors(model, texts)
    if vectors is None:
        with availability.attempt(model) as timeout:
            vectors = embed_questions(model, texts, timeout=timeout)
"""

from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from vectorstores.embeddings import get_embedder
from vectorstores.embeddings.models import EmbeddingModel, model_of

KEPT = 1000
"""Questions a process keeps, those asked last. Each takes four bytes a number, and 0.3 kB: of 384
dimensions 2 MB together, of 4,000, the most there are, 16 MB."""

Key = tuple[EmbeddingModel, bytes]
Vector = NDArray[np.float32]

cache: LRUCache[Key, Vector] = LRUCache(maxsize=KEPT)
_lock = Lock()


def cached_vectors(model: str, texts: Sequence[str]) -> Vector | None:
    """Return the questions' vectors, (len(texts), dimensions), or None if one is missing."""
    keys = _keys(model_of(model), texts)
    found = _cached(keys)
    return np.stack([found[key] for key in keys]) if found.keys() >= set(keys) else None


def embed_questions(model: str, texts: Sequence[str], *, timeout: float | None = None) -> Vector:
    """Embed what is not cached as `get_embedder(model).embed(texts, timeout=timeout)` does.

    Two threads that ask the same at once may both call the embedder.
    """
    keys = _keys(model_of(model), texts)
    text_of = dict(zip(keys, texts, strict=True))
    vectors = _cached(keys)
    missing = [key for key in text_of if key not in vectors]
    if missing:
        answers = get_embedder(model).embed([text_of[key] for key in missing], timeout=timeout)
        # Each is copied, because a row alone would keep all of them in memory.
        new = {key: vector.copy() for key, vector in zip(missing, answers, strict=True)}
        with _lock:
            cache.update(new)
        vectors.update(new)
    return np.stack([vectors[key] for key in keys])


def _cached(keys: Sequence[Key]) -> dict[Key, Vector]:
    with _lock:
        return {key: cache[key] for key in keys if key in cache}


def _keys(model: EmbeddingModel, texts: Sequence[str]) -> list[Key]:
    """Return a key per question: all settings of the model, so that a corrected address asks anew,
    and a hash of the question, because that may be long."""
    encoded = (text.encode(errors="surrogatepass") for text in texts)
    return [(model, blake2b(text, digest_size=16).digest()) for text in encoded]
