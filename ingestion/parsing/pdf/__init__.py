"""PDF, read page by page in PDFium's reading order, with scanned pages read by OCR."""

from collections.abc import Iterator
from pathlib import Path

from pypdfium2 import raw

from ingestion.last_errors import DynamicForm
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.pdf.annotations import Annotations
from ingestion.parsing.pdf.attached_files import read_attached_files
from ingestion.parsing.pdf.document import Outline, corrupt_if_broken, pages
from ingestion.parsing.pdf.page_text import PageTexts
from ingestion.parsing.pdf.pictures import Pictures
from ingestion.parsing.pdf.xfa import is_placeholder
from ingestion.parsing.sections import Section

_MAX_ADDRESSES = 10_000  # remembered
_MAX_PAGES_WITH_FILES = 1_000


def read_pdf(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield the pages that have text, each as one section, or as several under their headings.

    OCR reads only pages without legible text, and those that are pictures of text with a few words
    typed on them. Without OCR a warning has their number. Raises EmptyFile or ScannedFile if there
    are no other pages, and DynamicForm if the only page stands in for a form.
    """
    outline = Outline([])
    pictures = Pictures()
    texts = PageTexts(path)
    addresses: set[str] = set()
    has_notes = has_files = False
    with_files: list[int] = []
    for number, page in pages(path):
        with corrupt_if_broken():
            if number == 0:
                outline = Outline.of(page.pdf)
            has_files = has_files or raw.FPDFDoc_GetAttachmentCount(page.pdf) > 0
            annotations = Annotations.of(page)
            typed, beside = texts.of(page, number, annotations.links)
            if number == 0 and is_placeholder(page, typed or ""):
                raise DynamicForm
            text = pictures.read(page, typed)
            notes = annotations.lines(text)
        has_notes = has_notes or bool(notes)
        if annotations.has_files and len(with_files) < _MAX_PAGES_WITH_FILES:
            with_files.append(number)
        # The address of an emblem is on every page, and once is enough.
        new = [address for address in dict.fromkeys(beside) if address not in addresses]
        addresses.update(new[: _MAX_ADDRESSES - len(addresses)])
        text = "\n\n".join(part for part in (text, notes, "\n".join(new)) if part)
        for heading, part in outline.parts(number, text):
            if part := part.strip():
                yield Section(part, number + 1, heading)
    if has_files or with_files:
        yield from read_attached_files(path, with_files, attachments)
    has_others = has_notes or has_files or bool(with_files)
    yield from pictures.report(has_others=has_others)
