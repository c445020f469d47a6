"""Vectors of texts, kept on disk: a run that was stopped goes on where it was."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstores.embeddings import Embedder

_SHA = 32  # bytes


class Vectors:
    """The vectors of one model, in a file of records: a text's SHA-256 and its vector in half
    precision.
    """

    def __init__(self, path: Path, embedder: Embedder) -> None:
        self._path, self._embedder = path, embedder
        self._record = np.dtype(
            [("sha", f"V{_SHA}"), ("vector", np.float16, (embedder.dimensions,))]
        )
        self._known = self._read()

    def missing(self, texts: Sequence[str]) -> list[str]:
        return [text for text in dict.fromkeys(texts) if _sha(text) not in self._known]

    def add(self, texts: Sequence[str]) -> Iterator[int]:
        """Embed what is missing, and say after each batch how many that were."""
        missing, size = self.missing(texts), self._embedder.batch_size
        with self._path.open("ab") as out:
            for start in range(0, len(missing), size):
                some = missing[start : start + size]
                for text, vector in zip(some, self._embedder.embed(some), strict=True):
                    self._known[_sha(text)] = vector.astype(np.float16)
                    out.write(_sha(text) + self._known[_sha(text)].tobytes())
                out.flush()
                yield len(some)

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (texts, dimensions) for texts that were all added."""
        return np.array([self._known[_sha(text)] for text in texts], np.float32)

    def _read(self) -> dict[bytes, NDArray[np.float16]]:
        """Read the records, and cut off what a stopped run left half written at the end."""
        self._path.parent.mkdir(parents=True, exist_ok=True)  # a model's name may have a slash
        self._path.touch()
        whole = self._path.stat().st_size // self._record.itemsize * self._record.itemsize
        with self._path.open("r+b") as file:
            file.truncate(whole)
        records = np.fromfile(self._path, self._record)
        return {bytes(record["sha"]): record["vector"] for record in records}


def _sha(text: str) -> bytes:
    return sha256(text.encode()).digest()
