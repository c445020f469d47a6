"""OLE: the file system in a file in which Office stored documents before 2007."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from olefile import OleFileIO

from ingestion.last_errors import CorruptFile, UnsupportedFile
from ingestion.parsing.kinds import Kind

_BY_STREAM = {
    "EncryptedPackage": Kind.ENCRYPTED,
    "WordDocument": Kind.DOC,
    "PowerPoint Document": Kind.PPT,
    "Workbook": Kind.SHEET,
    "Book": Kind.SHEET,
    "__properties_version1.0": Kind.MSG,
}
# The storage of the newer half of a file that PowerPoint 95 and 97 both open.
DUAL = "PP97_DUALSTORAGE"
# Raised by olefile and by the readers of its streams if a file is damaged.
_DAMAGE_ERRORS: tuple[type[Exception], ...] = (LookupError, OSError, OverflowError, struct.error)


def kind_in_ole(path: Path, named: Kind | None) -> Kind:
    """Return the kind of document in an OLE file; `named` is the kind that its filename suggests.

    Raises `CorruptFile` if the file is damaged, or its name suggests a document
    that is not in it, and `UnsupportedFile` for any other OLE file.
    """
    with errors_as_corrupt(ValueError, RecursionError), OleFileIO(str(path)) as file:
        entries = file.listdir()
    # Names are compared without case, as [MS-CFB] says.
    names = {entry[0].lower() for entry in entries if len(entry) == 1}
    names |= {entry[1].lower() for entry in entries if entry[0].upper() == DUAL and len(entry) == 2}
    for stream, kind in _BY_STREAM.items():
        if stream.lower() in names:
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
    """Turn the errors that a damaged file causes into `CorruptFile`."""
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
