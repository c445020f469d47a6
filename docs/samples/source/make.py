"""Writes the samples that are not text, from the Markdown beside this file: `python make.py`.

Run twice it writes the same bytes, so a change shows in the history only when there is one.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain, groupby
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as WordDocument
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import cm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

HERE = Path(__file__).parent
WRITTEN_AT = datetime(2026, 9, 14, tzinfo=UTC)
Block = tuple[str, list[str]]  # "#", "##", "-", "|", ">" or "" for a paragraph; and its lines
MARK = re.compile(r"(##?|-|\||>) ?")


def blocks(name: str) -> Iterator[Block]:
    """Parse the small part of Markdown that the sources use."""
    lines = (HERE / f"{name}.md").read_text(encoding="utf-8").splitlines()
    for (mark, _), some in groupby(filter(None, lines), key=lambda line: (_mark(line), _id(line))):
        yield mark, [MARK.sub("", line, count=1) if mark else line for line in some]


def _mark(line: str) -> str:
    return found[1] if (found := MARK.match(line)) else ""


def _id(line: str) -> str:
    """Return one id for all lines of a list or a table; any other line stands alone."""
    return "" if _mark(line) in ("-", "|") else line


def cells(rows: list[str]) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")[:-1]] for row in rows if set(row) - set("-| ")]


def word(name: str) -> bytes:
    document = Document()
    for mark, lines in blocks(name):
        if mark == "|":
            _word_table(document, cells(lines))
        for line in lines if mark != "|" else ():
            if mark.startswith("#"):
                document.add_heading(line, level=len(mark) - 1)
            else:
                document.add_paragraph(line, style="List Bullet" if mark == "-" else None)
    return _office_bytes(document)


def _word_table(document: WordDocument, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Light Grid Accent 1")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def powerpoint(name: str) -> bytes:
    deck = Presentation()
    for mark, lines in blocks(name):
        if mark == "#":
            slide = deck.slides.add_slide(deck.slide_layouts[1])
            slide.shapes.title.text = lines[0]
        elif mark == "|":
            _slide_table(slide, cells(lines))
        elif mark == ">":
            slide.notes_slide.notes_text_frame.text = lines[0]
        else:
            slide.placeholders[1].text = "\n".join(lines)
    return _office_bytes(deck)


def _slide_table(slide: Any, rows: list[list[str]]) -> None:
    body = slide.placeholders[1]
    place = (body.left, body.top, body.width, Inches(0.5) * len(rows))
    body._element.getparent().remove(body._element)
    table = slide.shapes.add_table(len(rows), len(rows[0]), *place).table
    for cell, text in zip(table.iter_cells(), chain.from_iterable(rows), strict=True):
        cell.text = text


def _office_bytes(document: Any) -> bytes:
    """Return the file with one date for all its parts."""
    properties = document.core_properties
    properties.author = "Kingfisher Cargo Bikes"
    properties.created = properties.modified = WRITTEN_AT.replace(tzinfo=None)
    document.save(saved := BytesIO())
    packed = BytesIO()
    with ZipFile(saved) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as dated:
        for part in parts.namelist():
            entry = ZipInfo(part, WRITTEN_AT.timetuple()[:6])
            dated.writestr(entry, parts.read(part), compress_type=ZIP_DEFLATED)
    return packed.getvalue()


def pdf(name: str) -> bytes:
    styles, story = getSampleStyleSheet(), []
    styles["Heading2"].keepWithNext = True
    looks = {"#": "Title", "##": "Heading2", "": "BodyText", "-": "Bullet"}
    for mark, lines in blocks(name):
        if mark == "|":
            story.append(_pdf_table(cells(lines)))
        else:
            story += [Paragraph(line, styles[looks[mark]]) for line in lines]
    paper = BytesIO()
    document = SimpleDocTemplate(paper, pagesize=A4, author="Kingfisher Cargo Bikes", invariant=1)
    document.build(story)
    return paper.getvalue()


def _pdf_table(rows: list[list[str]]) -> Table:
    longest = [max(map(len, column)) for column in zip(*rows, strict=True)]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey)]
    return Table(
        rows,
        colWidths=[15.5 * cm * (length + 4) / sum(longest, 4 * len(longest)) for length in longest],
        style=[*grid, ("FONTSIZE", (0, 0), (-1, -1), 9)],
        spaceBefore=6,
        spaceAfter=6,
    )


if __name__ == "__main__":
    for name, write, suffix in (
        ("employee-handbook", word, ".docx"),
        ("first-week", powerpoint, ".pptx"),
        ("heron-manual", pdf, ".pdf"),
    ):
        (HERE.parent / name).with_suffix(suffix).write_bytes(write(name))
