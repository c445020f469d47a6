"""Texts in, vectors out: `get_embedder` is the one place that knows the backends of models."""

from collections.abc import Sequence
from threading import Condition
from typing import Protocol

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from vectorstores.embeddings.errors import EmbedderMisconfigured, PackageMissing
from vectorstores.embeddings.inputs import Embedded, Input
from vectorstores.embeddings.models import (
    EmbeddingModel,
    all_models,
    configured_model,
    default_model,
    find_model,
    model_of,
)

__all__ = [
    "Embedder",
    "EmbeddingModel",
    "all_models",
    "configured_model",
    "default_model",
    "find_model",
    "get_embedder",
    "model_of",
]

KEPT = 4
"""Models whose embedders a process keeps, those used last: a local one takes 130 MB and more."""


class Embedder(Protocol):
    """A backend of embedding models. Safe to share between threads."""

    @property
    def model(self) -> str:
        """The name a store records: vectors of different models must never meet."""

    @property
    def dimensions(self) -> int:
        """Numbers per vector."""

    @property
    def batch_size(self) -> int:
        """Texts to pass at once, so that one call takes about a second."""

    @property
    def is_remote(self) -> bool:
        """True if calls wait for another machine, so that several at once are faster."""

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        """Return (len(texts), dimensions) float32, each row of unit length.

        `timeout`, in seconds, replaces the one of the settings, for callers in a hurry. Raises
        EmbeddingUnavailable, EmbeddingRefused or EmbedderMisconfigured, for all of the texts or
        none.
        """

    def embed_inputs(
        self,
        inputs: Sequence[Input],
        *,
        dimensions: int | None = None,
        timeout: float | None = None,
    ) -> Embedded:
        """Embed a client's request of any length, counted and held to OpenAI's limits.

        Also raises InputRefused, and DimensionsRefused for a size the model does not give.
        """


def get_embedder(model: str | None = None) -> Embedder:
    """Return the embedder of the model of that name, or of the default one.

    It is built on first use and then kept by this process. Raises EmbedderMisconfigured, also for
    a model that is not configured.
    """
    return _build(model_of(model))


# With a condition, because two threads of a new process must not both load a model, and a thread
# that wants another model must not wait for it.
@cached(LRUCache(maxsize=KEPT), condition=Condition())
def _build(model: EmbeddingModel) -> Embedder:
    """Import a backend only here, so that a server that embeds over HTTP does not need the packages
    of the local model."""
    if model.backend == "local":
        return _local(model)
    if model.backend == "openai":
        from vectorstores.embeddings.openai import OpenAIEmbedder

        return OpenAIEmbedder(
            model.base_url,
            model.api_key,
            model=model.name,
            dimensions=model.dimensions,
            timeout=model.timeout,
            batch_size=model.batch_size,
        )
    if model.backend == "hashing":
        from vectorstores.embeddings.in_process import HashingEmbedder

        return HashingEmbedder(model=model.name, dimensions=model.dimensions)
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
