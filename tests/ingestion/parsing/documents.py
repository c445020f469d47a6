"""Small documents in binary formats, written by common libraries."""

import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0" + zlib.compress(
    bytes(range(256)) * 8
)


def pdf(*pages: str, encryption: StandardEncryption | None = None) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, encrypt=encryption)
    for page in pages:
        for number, line in enumerate(page.splitlines()):
            canvas.drawString(72, 720 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def docx(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    return saved(document)


def pptx(*slides: tuple[str, str, str], table: list[list[str]] | None = None) -> bytes:
    """Return a presentation. A slide is (title, body, notes)."""
    deck = Presentation()
    for title, body, notes in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        if table:
            place = (Inches(1), Inches(5), Inches(4), Inches(1))
            grid = slide.shapes.add_table(len(table), len(table[0]), *place).table
            for row, texts in zip(grid.rows, table, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
    return saved(deck)


def saved(document: Any) -> bytes:
    document.save(file := BytesIO())
    return file.getvalue()


def with_part(office: bytes, name: str, change: Callable[..., bytes]) -> bytes:
    """Return an Office file with one part changed. A new part is `change(b"")`."""
    file = BytesIO()
    with ZipFile(BytesIO(office)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return file.getvalue()


def without_part(office: bytes, name: str) -> bytes:
    file = BytesIO()
    with ZipFile(BytesIO(office)) as old, ZipFile(file, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
    return file.getvalue()
