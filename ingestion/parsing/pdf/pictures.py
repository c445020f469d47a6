"""OCR of pages that are pictures, or whose fonts do not say which letters they show."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw

from ingestion.last_errors import EmptyFile, IngestionError, ScannedFile
from ingestion.parsing import ocr
from ingestion.parsing.pdf import scans
from ingestion.parsing.sections import Section, WarningCode, warn

_NOTHING_FOUND = (
    "Its pages hold pictures, in which text recognition (OCR) found no text:"
    " check that they are sharp and in a language that is recognised here, or upload the text."
)
_UNMAPPED_LETTERS = (
    "Its fonts do not tell which letters they show, as copying text from it would prove:"
    " run text recognition (OCR) on it and upload the result."
)

_TO_INSTALL = " Install tesseract to have them read."

# Stamps repeat the same few words on all pages. Titles above pictures differ.
_STAMPED_WORDS = 25
_WORD = re.compile(r"[^\W\d_]{3,}")

log = logging.getLogger(__name__)


class Pictures:
    """The pages of one document without legible text, counted, and read by OCR if installed."""

    def __init__(self) -> None:
        self._has_ocr = ocr.is_installed()
        self._pages = 0
        self._drawn = 0  # pages with something on them, but without a legible text of their own
        self._unread = 0
        self._illegible = 0  # among those unread
        self._typed: set[str] = set()  # words on unread pages
        self._is_read = False

    def read(self, page: Any, text: str | None) -> str:
        """Return a page's text and that of its pictures. `text` is None if it is illegible."""
        self._pages += 1
        if text:
            if scans.is_scan(page, text):
                return self._read_scan(page, text)
            self._is_read = True
            return text
        if raw.FPDFPage_CountObjects(page) <= 0:
            return ""
        self._drawn += 1
        found = self._recognise(page)
        if found:
            self._is_read = True
            return found
        # A picture in which OCR finds nothing is read, unless it looks like text.
        is_unread = scans.shows_pictures if found is None else scans.shows_words
        if text is None or is_unread(page):
            self._unread += 1
            self._illegible += text is None
        return ""

    def _read_scan(self, page: Any, typed: str) -> str:
        self._drawn += 1
        if found := self._recognise(page):
            self._is_read = True
            return f"{typed}\n\n{found}"
        self._unread += 1
        if len(self._typed) < _STAMPED_WORDS:
            self._typed.update(_WORD.findall(typed.lower()))
        return typed

    def _recognise(self, page: Any) -> str | None:
        """Return the text that OCR finds, or None if it is not installed or fails."""
        if not self._has_ocr:
            return None
        width, height = (max(1.0, side / 72 * ocr.DPI) for side in page.get_size())
        scale = ocr.DPI / 72 * ocr.scale_for(width, height)
        return ocr.text_in(scans.draw(page, scale))

    def report(self, *, has_others: bool) -> Iterator[Section]:
        """Yield a warning about the pages that were not read.

        Raises EmptyFile or ScannedFile if the document has no other pages, and no remarks, fields
        and files, which are `others`.
        """
        if not (has_others or self._is_read or len(self._typed) >= _STAMPED_WORDS):
            raise self._no_text_error()
        if self._unread:
            log.warning(
                "%d pages are pictures or illegible and are left out.%s",
                self._unread,
                "" if self._has_ocr else _TO_INSTALL,
            )
            yield warn(WarningCode.PAGES_NOT_READ, self._unread_pages())

    def _unread_pages(self) -> str:
        one = self._unread == 1
        if not self._illegible:
            shown = "holds pictures" if one else "hold pictures"
        elif self._illegible == self._unread:
            shown = f"{'has' if one else 'have'} letters that cannot be told apart"
        else:
            shown = "hold pictures or letters that cannot be told apart"
        was = "was" if one else "were"
        return f"{self._unread} of {self._pages} pages {shown} and {was} not read"

    def _no_text_error(self) -> IngestionError:
        if not self._drawn:
            return EmptyFile()
        if self._has_ocr:
            return ScannedFile(_NOTHING_FOUND)
        log.warning("A PDF is refused, because its pages are pictures.%s", _TO_INSTALL)
        return ScannedFile(_UNMAPPED_LETTERS) if self._illegible else ScannedFile()
