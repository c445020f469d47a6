import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings.in_process import InProcessEmbedder
from vectorstores.embeddings.unit import unit_length

_WORD = re.compile(r"\w+")


class HashingEmbedder(InProcessEmbedder):
    """For tests: texts that share words are near, and nothing needs to be loaded.

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
