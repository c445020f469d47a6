"""Pages that are pictures of text, or whose fonts do not tell their letters."""

import logging
from typing import Any

from ingestion.last_errors import EmptyFile, IngestionError, ScannedFile
from ingestion.parsing import ocr

_NOTHING_FOUND = (
    "Its pages hold pictures, in which text recognition (OCR) found no text:"
    " check that they are sharp and in a language that is recognised here, or upload the text."
)
_NAMELESS_LETTERS = (
    "Its fonts do not tell which letters they show, as copying text from it would prove:"
    " run text recognition (OCR) on it and upload the result."
)

_TO_INSTALL = " To have them read, install tesseract."

log = logging.getLogger(__name__)


class Pictures:
    """Those of one document: read by OCR where it is installed, else counted."""

    def __init__(self) -> None:
        self._reads = ocr.is_installed()
        self._pages = 0
        self._illegible = 0
        self._without_text = 0

    def read(self, page: Any, *, illegible: bool) -> str:
        self._pages += 1
        self._illegible += illegible
        text = ocr.text_in(_drawn(page)) if self._reads else ""
        self._without_text += not text
        return text

    def report(self) -> None:
        """Of a document that has text as well, the log says what is left out of it."""
        if self._without_text:
            log.warning(
                "%d pages are left out, pictures without text or illegible.%s",
                self._without_text,
                "" if self._reads else _TO_INSTALL,
            )

    def no_text_at_all(self) -> IngestionError:
        if not self._pages:
            return EmptyFile()
        if self._reads:
            return ScannedFile(_NOTHING_FOUND)
        log.warning("Its pages are pictures.%s", _TO_INSTALL)
        return ScannedFile(_NAMELESS_LETTERS) if self._illegible else ScannedFile()


def _drawn(page: Any) -> Any:
    """The page as a picture, in shades of grey. Notes are read without."""
    width, height = (max(1.0, side / 72 * ocr.DPI) for side in page.get_size())
    scale = ocr.DPI / 72 * ocr.scale_for(width, height)
    return page.render(
        scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False
    ).to_pil()
