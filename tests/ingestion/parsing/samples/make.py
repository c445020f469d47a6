"""Writes handbook.doc, deck.ppt and prices.xls again, for which it needs LibreOffice.

`python -m tests.ingestion.parsing.samples.make`
"""

import subprocess
import tempfile
from datetime import date, datetime
from pathlib import Path

from docx import Document
from olefile import OleFileIO
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from tests.ingestion.hostile.compound import Tree, compound

HERE = Path(__file__).parent


def handbook(path: Path) -> None:
    document = Document()
    document.add_heading("Leave", level=1)
    document.add_paragraph("Thirty days a year: “Zürich”, 日本語, 😀.")
    document.add_paragraph("one", style="List Bullet")
    document.add_paragraph("two", style="List Bullet")
    table = document.add_table(2, 3)
    for row, texts in zip(table.rows, (("Grade", "Days", ""), ("A", "30", "paid")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).add_paragraph("and B")
    document.add_heading("Pay", level=2)
    document.add_paragraph("Paid monthly.")
    document.add_page_break()
    document.add_paragraph("After the break.")
    document.sections[0].header.paragraphs[0].text = "Handbook"
    document.sections[0].footer.paragraphs[0].text = "Confidential"
    document.save(str(path))


def deck(path: Path) -> None:
    presentation = Presentation()
    for title, body, notes in (("Welcome", "Bring your card\nMeet Ana", "Smile."), ("Up", "", "")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    place = (Inches(1), Inches(5), Inches(4), Inches(1))
    grid = slide.shapes.add_table(2, 2, *place).table
    for number, text in enumerate(("Item", "Price", "Bell", "12")):
        grid.cell(number // 2, number % 2).text = text
    above = slide.shapes.add_textbox(Inches(1), Inches(0), Inches(2), Inches(0.3))
    above.text_frame.text = "Draft"
    presentation.save(str(path))


def prices(path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Prices"
    sheet.append(["Item", "Price", "Since", "Changed", "Sold"])
    sheet.append(["Bell", 12.5, date(2026, 5, 1), datetime.fromisoformat("2026-05-02T08:30"), True])
    sheet.append(["Zürich 日本語", 3, None, None, False])
    sheet.append(["Both", "=B2+B3"])
    hidden = workbook.create_sheet("Codes")
    hidden.sheet_state = "hidden"
    hidden["A1"], hidden["IV999"] = "first", "last"
    workbook.save(path)


def convert(source: Path, suffix: str) -> None:
    command = ("soffice", "--headless", "--convert-to", suffix, "--outdir", str(HERE), str(source))
    subprocess.run(command, check=True)


def remove_thumbnail(path: Path) -> None:
    """Remove the thumbnail of the first slide, since it is most of the file."""
    names = ("Current User", "PowerPoint Document")
    with OleFileIO(str(path)) as file:
        streams: Tree = {name: file.openstream(name).read() for name in names}
    path.write_bytes(compound(streams))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for write, name, suffix in (
            (handbook, "handbook.docx", "doc"),
            (deck, "deck.pptx", "ppt"),
            (prices, "prices.xlsx", "xls"),
        ):
            write(Path(folder) / name)
            convert(Path(folder) / name, suffix)
    remove_thumbnail(HERE / "deck.ppt")


if __name__ == "__main__":
    main()
