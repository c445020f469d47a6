"""OCR of pages that are pictures, or whose fonts do not say which letters they show."""

import logging
from typing import Any

from ingestion.last_errors import EmptyFile, IngestionError, ScannedFile
from ingestion.parsing import ocr

_NOTHING_FOUND = (
    "Its pages hold pictures, in which text recognition (OCR) found no text:"
    " check that they are sharp and in a language that is recognised here, or upload the text."
)
_UNMAPPED_LETTERS = (
    "Its fonts do not tell which letters they show, as copying text from it would prove:"
    " run text recognition (OCR) on it and upload the result."
)

_TO_INSTALL = " Install tesseract to have them read."

log = logging.getLogger(__name__)


class Pictures:
    """The pages of one document without legible text, counted, and read by OCR if installed."""

    def __init__(self) -> None:
        self._reads = ocr.is_installed()
        self._pages = 0
        self._illegible = 0
        self._without_text = 0

    def read(self, page: Any, *, illegible: bool) -> str:
        self._pages += 1
        self._illegible += illegible
        text = ""
        if self._reads:
            width, height = (max(1.0, side / 72 * ocr.DPI) for side in page.get_size())
            scale = ocr.DPI / 72 * ocr.scale_for(width, height)
            # Without notes, because they are read as annotations.
            picture = page.render(
                scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False
            )
            text = ocr.text_in(picture.to_pil())
        self._without_text += not text
        return text

    def report(self) -> None:
        """Log how many pages were left out of a document that has text on others."""
        if self._without_text:
            log.warning(
                "%d pages are pictures or illegible and are left out.%s",
                self._without_text,
                "" if self._reads else _TO_INSTALL,
            )

    def no_text_error(self) -> IngestionError:
        """Return the error for a document without text on any page."""
        if not self._pages:
            return EmptyFile()
        if self._reads:
            return ScannedFile(_NOTHING_FOUND)
        log.warning("A PDF is refused, because its pages are pictures.%s", _TO_INSTALL)
        return ScannedFile(_UNMAPPED_LETTERS) if self._illegible else ScannedFile()
