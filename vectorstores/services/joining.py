"""The parts of an upload as one stream, which needs the same little memory for any size."""

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

PIECE = 1024**2
PATIENCE, PAUSE = 30.0, 0.1  # seconds


class Joined(io.RawIOBase):
    """The bytes of these parts, one after the other; their size and sums once they are read."""

    def __init__(self, parts: Iterable[UploadPart]) -> None:
        self._pieces = _pieces(parts)
        self._rest = memoryview(b"")
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self.size = 0

    def content(self) -> Content:
        """Return it for a storage. Its reads are full, since S3 takes a short one for the end."""
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
    """Yield pieces, none of them empty, because that would be read as the end."""
    for part in parts:
        with part.content.open("rb") as content:
            yield from content.chunks(PIECE)


@contextmanager
def in_turn(key: UUID) -> Iterator[None]:
    """Hold an advisory lock on this key, so that others wait until we are done.

    It keeps work from being done twice at once, for clients that repeat a request before they have
    its answer. Nothing relies on it: rows decide who may publish.
    Raises Overloaded after PATIENCE, because waiting holds a thread.
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
