"""An open document: its pages, one at a time, and its outline.

PDFium keeps what it has read until the document is closed. So a large document is closed and
reopened now and then, and memory does not grow with the number of pages.
"""

import ctypes
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError, raw

from ingestion.last_errors import CorruptFile, EncryptedFile

_PASSWORD_REQUIRED, _OTHER_SECURITY = 4, 5  # PDFium's FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_FOREIGN_PROTECTION = (
    "It is protected so that only certain programs open it: upload a copy without protection."
)
_REOPEN_AFTER_BYTES = 16_000_000  # of the file, estimated from the number of pages read

# PDFium searches all pages for the page of each bookmark.
_MAX_STEPS = 50_000_000
_MAX_BOOKMARKS = 20_000
_MAX_TITLE = 200
_MAX_SEARCHED = 50_000_000  # characters, since a page is searched for each of its titles


def pages(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield each page with its number, from 0. The page is open until the next one is taken."""
    first, count = 0, 1  # the real count is read from the document
    while first < count:
        with open_document(path) as document:
            count = len(document)
            parts = path.stat().st_size // _REOPEN_AFTER_BYTES + 1
            last = min(count, first + max(1, -(-count // parts)))
            for number in range(first, last):
                with closing(document[number]) as page:
                    yield number, page
            first = last


@contextmanager
def open_document(path: Path) -> Iterator[Any]:
    """Open a document, even one that only forbids printing. Raises `corrupt_if_broken`'s errors."""
    with corrupt_if_broken(), PdfDocument(path) as document:
        document.init_forms()
        yield document


@contextmanager
def corrupt_if_broken() -> Iterator[None]:
    """Turn PDFium's errors into EncryptedFile or CorruptFile."""
    try:
        yield
    except PdfiumError as error:
        if error.err_code == _PASSWORD_REQUIRED:
            raise EncryptedFile from error
        if error.err_code == _OTHER_SECURITY:
            raise EncryptedFile(_FOREIGN_PROTECTION) from error
        raise CorruptFile from error


def read_string(function: Callable[..., int], *arguments: Any) -> str:
    """Return the string that a PDFium function writes, in UTF-16 with a NUL at the end."""
    size = function(*arguments, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    function(*arguments, buffer, size)
    text = bytes(buffer)[:-2].decode("utf-16-le", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def has_wide_characters(text: str) -> bool:
    """Return whether characters take two units of UTF-16, in which PDFium counts."""
    return not text.isascii() and len(text.encode("utf-16-le", errors="replace")) > 2 * len(text)


class Outline:
    """A document's headings by page, in reading order. PDF viewers show them as bookmarks."""

    def __init__(self, titles: list[tuple[int, str]]) -> None:
        self._titles = sorted(titles, key=itemgetter(0))

    @classmethod
    def of(cls, document: Any) -> "Outline":
        titles = []
        most = min(_MAX_BOOKMARKS, _MAX_STEPS // max(1, len(document)))
        for bookmark in islice(document.get_toc(), most):
            destination = bookmark.get_dest()
            page = destination and destination.get_index()
            title = " ".join(read_string(raw.FPDFBookmark_GetTitle, bookmark).split())
            if page is not None and title:
                titles.append((page, title[:_MAX_TITLE]))
        return cls(titles)

    def parts(self, page: int, text: str) -> Iterator[tuple[str | None, str]]:
        """Yield (heading, text) for each part of a page, split where titles occur in its text.

        A title that does not occur, for example because it is a picture, replaces the one before
        it as the heading.
        """
        first = bisect_left(self._titles, page, key=itemgetter(0))
        last = bisect_right(self._titles, page, key=itemgetter(0))
        last = min(last, first + _MAX_SEARCHED // max(1, len(text)))
        heading = self._titles[first - 1][1] if first else None
        start = 0
        for _, title in self._titles[first:last]:
            # A line with only this title, which may have a number before it and line breaks.
            words = r"\s+".join(map(re.escape, title.split()))
            line = re.compile(rf"^[^\n]{{0,12}}?{words}\s*$", re.MULTILINE | re.IGNORECASE)
            if found := line.search(text, start):
                yield heading, text[start : found.start()]
                start = found.start()
            heading = title
        yield heading, text[start:]
