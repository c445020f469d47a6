"""Texts in, vectors out: the one place that knows which model is behind it.

A backend is imported only when the settings name it, so a server that embeds over HTTP does
not need the packages of the local model.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from vectorstores.embeddings.errors import EmbedderMisconfigured, PackageMissing
from vectorstores.embeddings.inputs import Embedded, Input

_building = Lock()


class Embedder(Protocol):
    """What every backend offers. Safe to share between threads."""

    @property
    def model(self) -> str:
        """The name a store records: vectors of different models must never meet."""

    @property
    def dimensions(self) -> int:
        """Numbers per vector."""

    @property
    def batch_size(self) -> int:
        """How many texts to pass at once, so that one call takes about a second."""

    @property
    def is_remote(self) -> bool:
        """Whether calls wait for another machine, so that several at once are faster."""

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        """Returns (len(texts), dimensions) float32, each row of unit length.

        `timeout`, in seconds, is for those that wait, instead of the one of the settings.
        Raises EmbeddingUnavailable, EmbeddingRefused or EmbedderMisconfigured, for all of the
        texts or none.
        """

    def embed_inputs(
        self,
        inputs: Sequence[Input],
        *,
        dimensions: int | None = None,
        timeout: float | None = None,
    ) -> Embedded:
        """The same for a client's request of any length, counted and held to OpenAI's limits.

        Also raises InputRefused, and DimensionsRefused for a size the model does not give.
        """


def get_embedder() -> Embedder:
    """The embedder of the settings, built on first use and then kept by this process.

    Raises EmbedderMisconfigured.
    """
    with _building:  # two threads of a new process must not both load the model
        return _embedder(settings.EMBEDDING_BACKEND)


def _embedder(backend: str) -> Embedder:
    model, dimensions = settings.EMBEDDING_MODEL, settings.EMBEDDING_DIMENSIONS
    if backend == "local":
        return _local(settings.EMBEDDING_MODEL_DIR, model, dimensions)
    if backend == "openai":
        url, key = settings.EMBEDDING_BASE_URL, settings.EMBEDDING_API_KEY
        timeout, batch_size = settings.EMBEDDING_TIMEOUT, settings.EMBEDDING_BATCH_SIZE
        return _openai(url, key, model, dimensions, timeout, batch_size)
    if backend == "hashing":
        return _hashing(model, dimensions)
    raise EmbedderMisconfigured(
        f"EMBEDDING_BACKEND is {backend!r}; it must be local, openai or hashing."
    )


# Kept by what they are built from, so that a test's own settings get an embedder of their own.


@lru_cache(maxsize=1)
def _local(directory: Path, model: str, dimensions: int) -> Embedder:
    from vectorstores.embeddings import granite

    if model == granite.MODEL:
        granite.build(directory)
    elif granite.is_built_in(directory):
        raise EmbedderMisconfigured(
            f"EMBEDDING_MODEL is {model}, but {directory} holds {granite.MODEL}: "
            "set EMBEDDING_MODEL_DIR to the directory of the other model."
        )
    try:
        from vectorstores.embeddings.local import LocalEmbedder
    except ModuleNotFoundError as error:
        raise PackageMissing(str(error.name)) from error
    return LocalEmbedder(directory, model=model, dimensions=dimensions)


@lru_cache(maxsize=1)
def _openai(
    url: str, key: str, model: str, dimensions: int, timeout: float, batch_size: int
) -> Embedder:
    from vectorstores.embeddings.openai import OpenAIEmbedder

    return OpenAIEmbedder(
        url, key, model=model, dimensions=dimensions, timeout=timeout, batch_size=batch_size
    )


@lru_cache(maxsize=1)
def _hashing(model: str, dimensions: int) -> Embedder:
    from vectorstores.embeddings.hashing import HashingEmbedder

    return HashingEmbedder(model=model, dimensions=dimensions)
