"""Office files that are encrypted, although Office opens them without asking.

Excel encrypts a workbook whose structure is protected, with a password of its own that is the same
for all ([MS-OFFCRYPTO] 2.4.2.3). It opens such a file itself.
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO
from xml.parsers.expat import ExpatError

from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from ingestion.last_errors import EncryptedFile
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.sections import Section

_BUILT_IN_PASSWORD = "VelvetSweatshop"  # noqa: S105, which everybody knows

# Raised by msoffcrypto for a wrong password, an unknown method, or a damaged file.
_ERRORS = (
    *(DecryptionError, FileFormatError, InvalidKeyError, ParseError),
    *(AttributeError, LookupError, NotImplementedError, OSError, OverflowError, ValueError),
    *(AssertionError, ExpatError, TypeError, struct.error),
)


def read_encrypted(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield the sections of a file that opens without asking. Raises EncryptedFile for others."""
    with NamedTemporaryFile() as decrypted:
        with path.open("rb") as file:
            _decrypt(file, decrypted)
        decrypted.flush()
        yield from attachments.unpacked(Path(decrypted.name))


def decrypted_workbook(path: Path) -> bytes:
    """Return an xls without its built-in encryption. Raises EncryptedFile for another."""
    decrypted = BytesIO()
    with path.open("rb") as file:
        _decrypt(file, decrypted)
    return decrypted.getvalue()


def _decrypt(file: BinaryIO, into: IO[bytes]) -> None:
    try:
        office = OfficeFile(file)
        # The old formats verify it by themselves.
        options = {"verify_password": True} if office.format == "ooxml" else {}
        office.load_key(password=_BUILT_IN_PASSWORD, **options)
        office.decrypt(into)
    except _ERRORS as error:
        raise EncryptedFile from error
