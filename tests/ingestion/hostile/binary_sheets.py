"""Excel's binary format since 2007, .xlsb, whose cells calamine all keeps in memory."""

import struct
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from ingestion.last_errors import ParserCrashed
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.packages import TYPES, XML, relationships

MAIN = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
BEGIN_BOOK, BEGIN_SHEETS, SHEET, END_SHEETS, END_BOOK = 131, 143, 156, 144, 132
BEGIN_SHEET, SIZE, BEGIN_ROWS, ROW, CELL, END_ROWS, END_SHEET = 129, 148, 145, 0, 6, 146, 130


def xlsb(path: Path, *cells: tuple[int, int, str]) -> None:
    """Write a workbook of one sheet with (row, column, text) cells."""
    sheet = struct.pack("<2I", 0, 1) + _words("rId1") + _words("Sheet")
    book = _records((BEGIN_BOOK, b""), (BEGIN_SHEETS, b""), (SHEET, sheet))
    last = max(row for row, _, _ in cells), max(column for _, column, _ in cells)
    corners = struct.pack("<4I", 0, last[0], 0, last[1])
    rows = [
        one
        for row, column, words in cells
        for one in (
            (ROW, struct.pack("<I", row) + bytes(13)),
            (CELL, struct.pack("<2I", column, 0) + _words(words)),
        )
    ]
    before = ((BEGIN_SHEET, b""), (SIZE, corners), (BEGIN_ROWS, b""))
    main = f'<Override PartName="/xl/workbook.bin" ContentType="{MAIN}"/>'
    parts = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{TYPES}">{main}</Types>'.encode(),
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.bin")).encode(),
        "xl/workbook.bin": book + _records((END_SHEETS, b""), (END_BOOK, b"")),
        "xl/_rels/workbook.bin.rels": relationships(
            ("worksheet", "worksheets/sheet1.bin")
        ).encode(),
        "xl/worksheets/sheet1.bin": _records(*before, *rows, (END_ROWS, b""), (END_SHEET, b"")),
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _records(*records: tuple[int, bytes]) -> bytes:
    """Encode records. Types and lengths are written in groups of seven bits."""
    return b"".join(_number(kind) + _number(len(body)) + body for kind, body in records)


def _number(number: int) -> bytes:
    written = b""
    while number > 127:
        written += bytes([number & 0x7F | 0x80])
        number >>= 7
    return written + bytes([number])


def _words(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


@hostile("plain.xlsb", text("needle"))
def an_honest_binary_workbook_to_compare_the_others_with(path: Path) -> None:
    xlsb(path, (0, 0, "needle"), (1, 1, "more"))


@hostile("far-corner.xlsb", ParserCrashed)
def a_binary_workbook_with_one_cell_in_each_corner(path: Path) -> None:
    xlsb(path, (0, 0, "needle"), (1_048_575, 16_383, "far"))


@hostile("beyond-the-sheet.xlsb", text("needle"))
def a_binary_workbook_with_a_cell_in_row_four_billion(path: Path) -> None:
    xlsb(path, (0, 0, "needle"), (0xFFFF_FFFF, 0xFFFF_FFFF, "far"))
