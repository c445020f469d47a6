"""Spreadsheets: Excel's of any age, and OpenDocument's."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from ingestion.parsing.blocks import Block, sections
from ingestion.parsing.containers.xml_parts import opened
from ingestion.parsing.sections import Section
from ingestion.parsing.sheets.calamine import calamine_sheets
from ingestion.parsing.sheets.ods import ods_sheets
from ingestion.parsing.sheets.rows import Sheets, lines
from ingestion.parsing.sheets.xls import xls_sheets
from ingestion.parsing.sheets.xlsx import xlsx_sheets

_OLE = b"\xd0\xcf\x11\xe0"


def read_sheets(path: Path) -> Iterator[Section]:
    """One section per sheet, hidden or not, its name the heading; a formula by its last result."""
    with path.open("rb") as file:
        is_ole = file.read(4) == _OLE
    if is_ole:
        yield from sections(_blocks(xls_sheets(path)))
        return
    with opened(path) as archive:
        yield from sections(_blocks(_in_zip(archive, path)))


def _in_zip(archive: ZipFile, path: Path) -> Sheets:
    names = archive.namelist()
    if "content.xml" in names:
        return ods_sheets(archive)
    return calamine_sheets(path) if "xl/workbook.bin" in names else xlsx_sheets(archive)


def _blocks(sheets: Sheets) -> Iterator[Block]:
    for page, (name, rows) in enumerate(sheets, start=1):
        for line in lines(rows):
            for number, piece in enumerate(line):
                yield Block(piece, page, name or None, "row", glued=number > 0)
