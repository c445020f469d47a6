"""Keep a file on the local disk while it is ingested: its bytes, its chunks and their vectors.

Chunks and vectors are spooled: in memory while they are few, then in a temporary file.
"""

import hashlib
import json
import shutil
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import IO

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from ingestion.chunking import Chunk
from vectorstores.models import File

_COPIES = "vectorstores-copy-"
_MARGIN = timedelta(minutes=10)
_IN_MEMORY = 2_000_000  # bytes of each spool
_LENGTH = struct.Struct("I")
_ROWS = 256  # read at a time


@contextmanager
def on_disk(file: File) -> Iterator[Path]:
    """Give the file's bytes as a local path: in place where they are on disk, else as a copy.

    Raises BytesLost if they are not those that were uploaded.
    """
    try:
        path = Path(file.content.path)
    except NotImplementedError:  # how Django's storages say that they are not a disk
        with NamedTemporaryFile(prefix=_COPIES) as copy:
            with file.open_content() as content:
                shutil.copyfileobj(content, copy)
            copy.seek(0)
            file.check_digest(hashlib.file_digest(copy, "sha256").hexdigest())
            yield Path(copy.name)
    else:
        with file.open_content() as content:
            file.check_digest(hashlib.file_digest(content, "sha256").hexdigest())
        yield path


def remove_left_copies(now: datetime) -> None:
    """Remove copies of workers that were killed: those too old for a living worker to read."""
    oldest = now - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) - _MARGIN
    for copy in Path(tempfile.gettempdir()).glob(f"{_COPIES}*"):
        # Another worker removes them too, or it belongs to another account.
        with suppress(FileNotFoundError, PermissionError):
            if datetime.fromtimestamp(copy.stat().st_mtime, UTC) < oldest:
                copy.unlink()


class ChunkSpool:
    """Chunks in order. Read it any number of times once all are added."""

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
        with suppress(OSError):  # since the rest that a full disk refuses is not needed
            self._file.close()


class VectorSpool:
    """Vectors in order, in the half precision in which the database keeps them."""

    def __init__(self) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115, close() closes it
        self._dimensions = 0
        self.count = 0

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Add vectors of the shape (any number, dimensions)."""
        self.count, self._dimensions = self.count + len(vectors), vectors.shape[1]
        self._file.write(vectors.astype(np.float16).tobytes())

    def __iter__(self) -> Iterator[NDArray[np.float16]]:
        """Give one vector after the other, each of the shape (dimensions,)."""
        self._file.seek(0)
        while rows := self._file.read(_ROWS * self._dimensions * 2):
            yield from np.frombuffer(rows, np.float16).reshape(-1, self._dimensions)

    @property
    def numbers(self) -> int:
        """Count the numbers in all vectors together."""
        return self.count * self._dimensions

    def close(self) -> None:
        with suppress(OSError):  # since the rest that a full disk refuses is not needed
            self._file.close()
