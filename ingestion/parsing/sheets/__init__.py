"""Spreadsheets of Excel, old and new, and of OpenDocument."""

from collections.abc import Iterator
from pathlib import Path

from ingestion.parsing.blocks import Block, sections
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import open_package
from ingestion.parsing.sections import Section
from ingestion.parsing.sheets.ods import ods_sheets
from ingestion.parsing.sheets.rows import Sheets, lines
from ingestion.parsing.sheets.xls import xls_sheets
from ingestion.parsing.sheets.xlsb import xlsb_sheets
from ingestion.parsing.sheets.xlsx import xlsx_sheets

_OLE = b"\xd0\xcf\x11\xe0"


def read_sheets(path: Path) -> Iterator[Section]:
    """Yield a section per sheet, hidden ones included, with its name as the heading.

    Formulas are read as their last results.
    """
    with path.open("rb") as file:
        is_ole = file.read(4) == _OLE
    if is_ole:
        yield from sections(_blocks(xls_sheets(path)))
        return
    with open_package(path) as archive:
        if has_part(archive, "content.xml"):
            sheets = ods_sheets(archive)
        elif has_part(archive, "xl/workbook.bin"):
            sheets = xlsb_sheets(path, archive)
        else:
            sheets = xlsx_sheets(archive)
        yield from sections(_blocks(sheets))


def _blocks(sheets: Sheets) -> Iterator[Block]:
    for page, (name, rows) in enumerate(sheets, start=1):
        for line in lines(rows):
            for number, piece in enumerate(line):
                yield Block(piece, page, name or None, "row", continues_last=number > 0)
