"""An open document, a page at a time, in memory that does not grow with their number."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError

from ingestion.last_errors import CorruptFile, EncryptedFile, IngestionError

_PASSWORD_WANTED, _PROTECTED_OTHERWISE = 4, 5  # PDFium's FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_ONLY_ITS_READER = (
    "It is protected so that only certain programs open it: upload a copy without protection."
)

# What PDFium has read of a document it keeps until the document is closed. So a large one is
# closed and opened again now and then: after about as many pages as this much of the file holds.
_BYTES_AT_ONCE = 16_000_000


def pages(path: Path) -> Iterator[tuple[int, Any]]:
    """Each page with its number, from 0, open until the next one is asked for."""
    first, count = 0, 1  # until it is known
    while first < count:
        with opened(path) as document:
            count = len(document)
            last = min(count, first + _pages_at_once(path, count))
            for number in range(first, last):
                with closing(document[number]) as page:
                    yield number, page
            first = last


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A password that only forbids printing is no obstacle."""
    with corrupt_if_broken(), PdfDocument(path) as document:
        document.init_forms()
        yield document


@contextmanager
def corrupt_if_broken() -> Iterator[None]:
    """Whatever PDFium cannot make out in here is the file's fault."""
    try:
        yield
    except PdfiumError as error:
        raise _reason(error) from error


def _reason(error: PdfiumError) -> IngestionError:
    if error.err_code == _PASSWORD_WANTED:
        return EncryptedFile()
    if error.err_code == _PROTECTED_OTHERWISE:
        return EncryptedFile(_ONLY_ITS_READER)
    return CorruptFile()


def _pages_at_once(path: Path, count: int) -> int:
    parts = path.stat().st_size // _BYTES_AT_ONCE + 1
    return max(1, -(-count // parts))
