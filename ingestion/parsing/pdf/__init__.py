"""PDF, read page by page in PDFium's reading order, with scanned pages read by OCR."""

from collections.abc import Iterator
from pathlib import Path

from ingestion.parsing.pdf.document import Outline, corrupt_if_broken, pages
from ingestion.parsing.pdf.hyphens import BrokenWords
from ingestion.parsing.pdf.page_text import annotations, text_of
from ingestion.parsing.pdf.pictures import Pictures
from ingestion.parsing.sections import Section


def read_pdf(path: Path) -> Iterator[Section]:
    """Yield the pages that have text, each as one section, or as several under their headings.

    OCR reads only pages without legible text, and those that are pictures of text with a few words
    typed on them. Without OCR a warning has their number. Raises EmptyFile or ScannedFile if there
    are no other pages.
    """
    outline = Outline.of(path)
    pictures = Pictures()
    broken = BrokenWords()
    has_notes = False
    for number, page in pages(path):
        with corrupt_if_broken():
            text = pictures.read(page, text_of(page, broken))
            notes = annotations(page)
        has_notes = has_notes or bool(notes)
        text = "\n\n".join(part for part in (text, notes) if part)
        for heading, part in outline.parts(number, text):
            if part := part.strip():
                yield Section(part, number + 1, heading)
    yield from pictures.report(has_notes=has_notes)
