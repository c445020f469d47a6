"""OLE: a file system in a file, which Office wrote its documents into before 2007."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from olefile import OleFileIO

from ingestion.last_errors import CorruptFile

# What olefile and whoever reads a stream stumble over in a damaged file.
BROKEN: tuple[type[Exception], ...] = (LookupError, OSError, OverflowError, struct.error)


@contextmanager
def opened(path: Path) -> Iterator[OleFileIO]:
    with blamed(ValueError):
        ole = OleFileIO(str(path))
    with ole:
        yield ole


@contextmanager
def blamed(*others: type[Exception]) -> Iterator[None]:
    """Blames the file for whatever its streams break off with, while they are being read."""
    try:
        yield
    except (*BROKEN, *others) as error:
        raise CorruptFile from error


def stream(ole: OleFileIO, name: str) -> bytes:
    if not ole.exists(name):
        raise CorruptFile
    with blamed(ValueError):
        data: bytes = ole.openstream(name).read()
    return data
