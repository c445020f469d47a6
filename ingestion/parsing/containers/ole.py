"""OLE: a file system in a file, which Office wrote its documents into before 2007."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from olefile import OleFileIO

from ingestion.last_errors import CorruptFile, EncryptedFile, UnsupportedFile
from ingestion.parsing.kinds import Kind

_BY_STREAM = {
    "EncryptedPackage": None,  # any Office file of today, with a password
    "WordDocument": Kind.DOC,
    "PowerPoint Document": Kind.PPT,
    "Workbook": Kind.SHEET,
    "Book": Kind.SHEET,
    "__properties_version1.0": Kind.MSG,
}
# What olefile and the readers of its streams raise for a damaged file.
_DAMAGE_ERRORS: tuple[type[Exception], ...] = (LookupError, OSError, OverflowError, struct.error)


def kind_in_ole(path: Path, named: Kind | None) -> Kind:
    """Return the kind of document that an OLE file is; its name promises the kind `named`, if any.

    Raises `EncryptedFile`; `CorruptFile` if it is damaged or not the promised document, and
    `UnsupportedFile` for any other.
    """
    with errors_as_corrupt(ValueError, RecursionError), OleFileIO(str(path)) as file:
        names = {entry[0] for entry in file.listdir() if len(entry) == 1}
    for stream, kind in _BY_STREAM.items():
        if stream in names:
            if kind is None:
                raise EncryptedFile
            return kind
    raise CorruptFile if named in _BY_STREAM.values() and named else UnsupportedFile


@contextmanager
def open_ole(path: Path) -> Iterator[OleFileIO]:
    with errors_as_corrupt(ValueError):
        file = OleFileIO(str(path))
    with file:
        yield file


@contextmanager
def errors_as_corrupt(*others: type[Exception]) -> Iterator[None]:
    """Raise `CorruptFile` instead of the errors that reading a damaged file runs into."""
    try:
        yield
    except (*_DAMAGE_ERRORS, *others) as error:
        raise CorruptFile from error


def read_stream(file: OleFileIO, name: str) -> bytes:
    if not file.exists(name):
        raise CorruptFile
    with errors_as_corrupt(ValueError):
        data: bytes = file.openstream(name).read()
    return data
