"""What a file becomes on its way into the database: in memory while it is small, then on disk."""

import json
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple
from tempfile import SpooledTemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ingestion.chunking import Chunk

_IN_MEMORY = 2_000_000  # bytes of each spool
_LENGTH = struct.Struct("I")
_ROWS = 256  # read at a time


class ChunkSpool:
    """Chunks in order, to be read any number of times once all are added."""

    def __init__(self) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115, close() closes it
        self.count = 0
        self.text_bytes = 0

    def add(self, chunk: Chunk) -> None:
        record = json.dumps(astuple(chunk)).encode()
        self._file.write(_LENGTH.pack(len(record)) + record)
        self.count += 1
        self.text_bytes += len(chunk.text.encode())

    def __iter__(self) -> Iterator[Chunk]:
        self._file.seek(0)
        while length := self._file.read(_LENGTH.size):
            yield Chunk(*json.loads(self._file.read(*_LENGTH.unpack(length))))

    def close(self) -> None:
        with suppress(OSError):  # what waits to be written finds no room, and nobody wants it
            self._file.close()


class VectorSpool:
    """Vectors in order, in the half precision in which they are kept."""

    def __init__(self) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115, close() closes it
        self._dimensions = 0
        self.count = 0

    def add(self, vectors: NDArray[np.float32]) -> None:
        """`vectors` has the shape (any number, dimensions)."""
        self.count, self._dimensions = self.count + len(vectors), vectors.shape[1]
        self._file.write(vectors.astype(np.float16).tobytes())

    def __iter__(self) -> Iterator[NDArray[np.float16]]:
        """Each of the shape (dimensions,)."""
        self._file.seek(0)
        while rows := self._file.read(_ROWS * self._dimensions * 2):
            yield from np.frombuffer(rows, np.float16).reshape(-1, self._dimensions)

    @property
    def numbers(self) -> int:
        """In all vectors together."""
        return self.count * self._dimensions

    def close(self) -> None:
        with suppress(OSError):  # what waits to be written finds no room, and nobody wants it
            self._file.close()
