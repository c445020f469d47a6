from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingestion.parsing.pdf.annotations import annotations
from ingestion.parsing.pdf.document import corrupt_if_broken, pages
from ingestion.parsing.pdf.outline import Outline
from ingestion.parsing.pdf.page import is_blank, text_of
from ingestion.parsing.pdf.pictures import Pictures
from ingestion.parsing.sections import Section


def read_pdf(path: Path) -> Iterator[Section]:
    """The pages that have text, each in one section or in several under their own headings.

    Only pages without legible text are taken for pictures and read by OCR.
    """
    outline = Outline.of(path)
    pictures = Pictures()
    found = False
    for number, page in pages(path):
        for heading, text in outline.parts(number, _text(page, pictures)):
            if text := text.strip():
                found = True
                yield Section(text, number + 1, heading)
    if not found:
        raise pictures.no_text_at_all()
    pictures.report()


def _text(page: Any, pictures: Pictures) -> str:
    with corrupt_if_broken():
        text = text_of(page)
        if not text and not is_blank(page):
            text = pictures.read(page, illegible=text is None)
        return "\n\n".join(part for part in (text, annotations(page)) if part)
