"""Texts in, vectors out: the one place that knows which model is behind it.

A backend is imported only when the settings name it, so a server that embeds over HTTP does
not need the packages of the local model.
"""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings.errors import EmbedderMisconfigured, PackageMissing
from vectorstores.embeddings.inputs import Embedded, Input
from vectorstores.embeddings.models import (
    EmbeddingModel,
    all_models,
    configured,
    default_model,
    known_as,
    model_of,
)

__all__ = [
    "Embedder",
    "EmbeddingModel",
    "all_models",
    "configured",
    "default_model",
    "get_embedder",
    "known_as",
    "model_of",
]

KEPT = 4
"""Models whose embedders a process keeps, those used last: a local one takes 130 MB and more."""

_choosing = Lock()


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


def get_embedder(model: str | None = None) -> Embedder:
    """The embedder of the model of that name, or of the default one, built on first use and then
    kept by this process.

    Raises EmbedderMisconfigured, also for a model that is not configured.
    """
    return _place(model_of(model)).embedder()


class _Place:
    """Where the embedder of a model is kept. Two threads of a new process must not both load it,
    and whoever wants another model's need not wait."""

    def __init__(self, model: EmbeddingModel) -> None:
        self._model = model
        self._building = Lock()
        self._embedder: Embedder | None = None

    def embedder(self) -> Embedder:
        with self._building:
            if self._embedder is None:
                self._embedder = _built(self._model)
            return self._embedder


def _place(model: EmbeddingModel) -> _Place:
    with _choosing:  # or two threads that are first at once get two places
        return _place_of(model)


@lru_cache(maxsize=KEPT)
def _place_of(model: EmbeddingModel) -> _Place:
    return _Place(model)


def _built(model: EmbeddingModel) -> Embedder:
    if model.backend == "local":
        return _local(model)
    if model.backend == "openai":
        return _openai(model)
    if model.backend == "hashing":
        return _hashing(model)
    raise EmbedderMisconfigured(
        f"The backend of {model.name} is {model.backend!r}; it must be local, openai or hashing."
    )


def _local(model: EmbeddingModel) -> Embedder:
    from vectorstores.embeddings import granite

    directory = model.model_dir
    if model.name == granite.MODEL:
        granite.build(directory)
    elif granite.is_built_in(directory):
        raise EmbedderMisconfigured(
            f"The model is {model.name}, but {directory} holds {granite.MODEL}: set "
            "EMBEDDING_MODEL_DIR, or the model_dir in EMBEDDING_MODELS, to another directory."
        )
    try:
        from vectorstores.embeddings.local import LocalEmbedder
    except ModuleNotFoundError as error:
        raise PackageMissing(str(error.name)) from error
    return LocalEmbedder(directory, model=model.name, dimensions=model.dimensions)


def _openai(model: EmbeddingModel) -> Embedder:
    from vectorstores.embeddings.openai import OpenAIEmbedder

    return OpenAIEmbedder(
        model.base_url,
        model.api_key,
        model=model.name,
        dimensions=model.dimensions,
        timeout=model.timeout,
        batch_size=model.batch_size,
    )


def _hashing(model: EmbeddingModel) -> Embedder:
    from vectorstores.embeddings.hashing import HashingEmbedder

    return HashingEmbedder(model=model.name, dimensions=model.dimensions)
