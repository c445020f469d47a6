"""PDF, read page by page in PDFium's reading order, with scanned pages read by OCR."""

from collections.abc import Iterator
from pathlib import Path

from pypdfium2 import raw

from ingestion.parsing.pdf.document import Outline, corrupt_if_broken, pages
from ingestion.parsing.pdf.page_text import annotations, text_of
from ingestion.parsing.pdf.pictures import Pictures
from ingestion.parsing.sections import Section


def read_pdf(path: Path) -> Iterator[Section]:
    """Yield the pages that have text, each as one section, or as several under their headings.

    OCR reads only pages without legible text. Raises EmptyFile or ScannedFile if no page has text.
    """
    outline = Outline.of(path)
    pictures = Pictures()
    found = False
    for number, page in pages(path):
        with corrupt_if_broken():
            text = text_of(page)
            if not text and raw.FPDFPage_CountObjects(page) > 0:
                text = pictures.read(page, illegible=text is None)
            text = "\n\n".join(part for part in (text, annotations(page)) if part)
        for heading, part in outline.parts(number, text):
            if part := part.strip():
                found = True
                yield Section(part, number + 1, heading)
    if not found:
        raise pictures.no_text_error()
    pictures.report()
