"""The parts of an upload as one stream: any size is joined in the same little memory."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.base import File as Content
from django.db import connection
from django.db.backends.utils import CursorWrapper

from vectorstores import errors
from vectorstores.models import UploadPart

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 1024**2
PATIENCE, PAUSE = 30.0, 0.1  # seconds


class Joined(io.RawIOBase):
    """The bytes of these parts, one after the other, and what they come to once they are read."""

    def __init__(self, parts: Iterable[UploadPart]) -> None:
        self._pieces = _pieces(parts)
        self._rest = memoryview(b"")
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self.size = 0

    def content(self) -> Content:
        """To be saved by a storage. Its reads come back full: S3 takes a short one for the end."""
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
    """No piece is empty: that would be read as the end."""
    for part in parts:
        with part.content.open("rb") as content:
            yield from content.chunks(PIECE)


@contextmanager
def in_turn(key: UUID) -> Iterator[None]:
    """Let others who come with this key wait until we are done, or have lost the database.

    Who has waited for long is sent away, to come again: waiting holds a thread. Raises Overloaded.
    It keeps work from being done twice at once, by clients that repeat a request before they have
    its answer. Nothing relies on it: who may publish is decided by rows.
    """
    number = [key.int % 2**63]
    _wait_for(number)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", number)


def _wait_for(number: list[int]) -> None:
    give_up_at = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while not _locked(cursor, number):
            if monotonic() >= give_up_at:
                raise errors.Overloaded
            sleep(PAUSE)


def _locked(cursor: CursorWrapper, number: list[int]) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", number)
    return bool(cursor.fetchone()[0])
