"""Embedders in this process. The one that reads meaning is in local.py, with its packages."""

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from vectorstores import cl100k
from vectorstores.embeddings.errors import DimensionsRefused, InputRefused
from vectorstores.embeddings.inputs import Embedded, Input, count_sent, unit_length, within_limits

_WORD = re.compile(r"\w+")


class InProcessEmbedder:
    """The part that embedders in this process share: they read only text, and give one size."""

    model: str
    dimensions: int
    batch_size: int
    is_remote = False

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        raise NotImplementedError

    def count(self, text: str) -> int:
        """Return the tokens of a text as this model counts, also those it does not read."""
        raise NotImplementedError

    def embed_inputs(
        self,
        inputs: Sequence[Input],
        *,
        dimensions: int | None = None,
        timeout: float | None = None,
    ) -> Embedded:
        if dimensions not in (None, self.dimensions):
            raise DimensionsRefused("This model does not support specifying dimensions.")
        # A client that sends tokens has kept to the limits as it counts, and ours may be more.
        sent = count_sent(inputs)
        texts = [_text(given, position) for position, given in enumerate(inputs)]
        counts = map(self.count, texts)
        tokens = sum(counts) if sent else within_limits(counts)
        # A batch at a time, because the memory it takes must not grow with a request.
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), self.batch_size):
            batch = slice(start, start + self.batch_size)
            vectors[batch] = self.embed(texts[batch])
        return Embedded(vectors, tokens)


def _text(given: Input, position: int) -> str:
    if isinstance(given, str):
        return given
    try:
        return cl100k.decode(given)
    except cl100k.UnknownToken as error:
        raise InputRefused(
            f"integer above maximum value. Expected a value <= {cl100k.SIZE - 1}, "
            f"but got {given[error.index]} instead.",
            *(position, error.index),
            code="integer_above_max_value",
        ) from error


class HashingEmbedder(InProcessEmbedder):
    """An embedder for tests: texts that share words are near, and nothing needs to be loaded.

    Each word counts one in the dimension its checksum names, so every process and every run
    computes the same vector, and models of other names compute others. It knows no meaning; never
    serve it to people.
    """

    batch_size = 256

    def __init__(self, *, model: str, dimensions: int) -> None:
        self.model = model
        self.dimensions = dimensions
        self._seed = crc32(model.encode())

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        counts = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(counts, texts, strict=True):
            # A text without a word needs a direction too; all such texts share one.
            for word in _WORD.findall(text.lower()) or [""]:
                row[crc32(word.encode(), self._seed) % self.dimensions] += 1
        return unit_length(counts)

    def count(self, text: str) -> int:
        return len(_WORD.findall(text))
