from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vectorstores import cl100k
from vectorstores.embeddings.errors import DimensionsRefused, InputRefused
from vectorstores.embeddings.inputs import Embedded, Input, count_sent, within_limits


class InProcessEmbedder:
    """What embedders in this process share: they read text alone, in one size only."""

    model: str
    dimensions: int
    batch_size: int
    is_remote = False

    def embed(self, texts: Sequence[str], *, timeout: float | None = None) -> NDArray[np.float32]:
        raise NotImplementedError

    def count(self, text: str) -> int:
        """The tokens of a text as this model counts, also of what it does not read."""
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
        return Embedded(self._in_slices(texts), tokens)

    def _in_slices(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`embed` a batch at a time: what it needs on the way must not grow with a request."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), self.batch_size):
            batch = slice(start, start + self.batch_size)
            vectors[batch] = self.embed(texts[batch])
        return vectors


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
