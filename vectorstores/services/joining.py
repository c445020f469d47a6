"""The parts of an upload joined into one stream, with little memory for any size."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.base import File as Content
from django.db import connection

from vectorstores import errors
from vectorstores.models import UploadPart

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 1024**2  # bytes in memory at once
PATIENCE, PAUSE = 30.0, 0.1  # seconds


class JoinedParts(io.RawIOBase):
    """The bytes of parts in order. Size and checksums are final once all has been read."""

    def __init__(self, parts: Iterable[UploadPart]) -> None:
        self._pieces = _pieces(parts)
        self._rest = memoryview(b"")
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self.size = 0

    def content(self) -> Content:
        """Return a file for the storage.

        It returns short reads only at the end, because an S3 client takes one for the end.
        """
        return Content(io.BufferedReader(self, PIECE), "joined")

    @property
    def md5(self) -> str:
        return self._md5.hexdigest()

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        target = memoryview(buffer)
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        taken = self._rest[: len(target)]
        target[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        self._md5.update(taken)
        self._sha256.update(taken)
        self.size += len(taken)
        return len(taken)


def _pieces(parts: Iterable[UploadPart]) -> Iterator[bytes]:
    """Yield the bytes in pieces, none of them empty, because that would mean the end."""
    for part in parts:
        with part.open_content() as content:
            yield from content.chunks(PIECE)


@contextmanager
def advisory_lock(key: UUID) -> Iterator[None]:
    """Hold a lock on this key, and make other callers wait for it.

    It saves doing the same work twice if a client repeats a request before it has the answer.
    Correctness does not rely on it, because a guarded UPDATE decides who publishes.
    Raises Overloaded after PATIENCE, because waiting occupies a thread.
    """
    number = [key.int % 2**63]
    give_up_at = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", number)
            if cursor.fetchone()[0]:
                break
            if monotonic() >= give_up_at:
                raise errors.Overloaded
            sleep(PAUSE)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", number)
