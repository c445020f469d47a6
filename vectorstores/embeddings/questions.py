"""Questions are asked again: their vectors are remembered, and cost nothing the second time.

A remembered vector says nothing of how the embedder is, so a search asks first whether all are:

    vectors = remembered(model, texts)
    if vectors is None:
        with availability.attempt(model) as timeout:
            vectors = embed_questions(model, texts, timeout=timeout)
"""

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings import get_embedder
from vectorstores.embeddings.models import EmbeddingModel, model_of

KEPT = 1000
"""Questions a process remembers, those asked last. Each takes four bytes a number, and 0.3 kB: of
384 dimensions 2 MB together, of 4,000, the most there are, 16 MB."""

Key = tuple[EmbeddingModel, bytes]
Vector = NDArray[np.float32]


class Memory:
    """The vectors of those questions that were asked last. Shared by threads."""

    def __init__(self, size: int = KEPT) -> None:
        self._size = size
        self._vectors: OrderedDict[Key, Vector] = OrderedDict()
        self._lock = Lock()

    def recall(self, keys: Sequence[Key]) -> dict[Key, Vector]:
        """Of those that are remembered."""
        with self._lock:
            found = {key: self._vectors[key] for key in keys if key in self._vectors}
            for key in found:
                self._vectors.move_to_end(key)
        return found

    def keep(self, vectors: dict[Key, Vector]) -> None:
        with self._lock:
            self._vectors.update(vectors)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._vectors.clear()


memory = Memory()


def remembered(model: str, texts: Sequence[str]) -> Vector | None:
    """The vectors of these questions, (len(texts), dimensions), if all of them are remembered."""
    keys = _keys(model_of(model), texts)
    known = memory.recall(keys)
    return np.stack([known[key] for key in keys]) if known.keys() >= set(keys) else None


def embed_questions(model: str, texts: Sequence[str], *, timeout: float | None = None) -> Vector:
    """As `get_embedder(model).embed(texts, timeout=timeout)`, but of what is not remembered.

    Two threads that ask the same at once may both ask the embedder.
    """
    asked = dict(zip(_keys(model_of(model), texts), texts, strict=True))
    vectors = memory.recall(list(asked))
    unknown = [key for key in asked if key not in vectors]
    if unknown:
        answers = get_embedder(model).embed([asked[key] for key in unknown], timeout=timeout)
        # A copy each: a row alone would keep all of them in memory.
        new = {key: vector.copy() for key, vector in zip(unknown, answers, strict=True)}
        memory.keep(new)
        vectors.update(new)
    return np.stack([vectors[key] for key in _keys(model_of(model), texts)])


def _keys(model: EmbeddingModel, texts: Sequence[str]) -> list[Key]:
    """Under all that is set of the model, so that whoever mends its address asks anew. A question
    may be long, so what is kept of it is its hash."""
    encoded = (text.encode(errors="surrogatepass") for text in texts)
    return [(model, blake2b(text, digest_size=16).digest()) for text in encoded]
