"""Excel before 2007, by xlrd, which holds the cells there are and no others."""

import os
import struct
from pathlib import Path

import xlrd
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER
from xlrd.formula import FormulaError

from ingestion.last_errors import CorruptFile, EncryptedFile
from ingestion.parsing.containers import ole
from ingestion.parsing.sheets.calamine import calamine_sheets
from ingestion.parsing.sheets.rows import Row, Sheets
from ingestion.parsing.sheets.serials import date_text, number_text

# It has an error of its own for some faults of a file, and stumbles over the others.
_STUMBLES = (
    *(xlrd.XLRDError, FormulaError, struct.error),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
)


def xls_sheets(path: Path) -> Sheets:
    with ole.errors_as_corrupt(), ole.opened(path) as file:
        data = ole.read_stream(file, "Workbook" if file.exists("Workbook") else "Book")
    with Path(os.devnull).open("w") as log:
        try:
            book = xlrd.open_workbook(
                file_contents=data, logfile=log, on_demand=True, ragged_rows=True
            )
        except _STUMBLES as error:
            if "encrypted" in str(error):
                raise EncryptedFile from error
            yield from calamine_sheets(path)  # it gets along with some that xlrd does not
        else:
            yield from _sheets(book)


def _sheets(book: xlrd.Book) -> Sheets:
    try:
        for number, name in enumerate(book.sheet_names()):
            sheet = book.sheet_by_index(number)
            yield name, (_row(sheet.row(at), book.datemode) for at in range(sheet.nrows))
            book.unload_sheet(number)
    except _STUMBLES as error:
        raise CorruptFile from error


def _row(cells: list[xlrd.sheet.Cell], datemode: int) -> Row:
    texts = ((column, _text(cell, datemode)) for column, cell in enumerate(cells))
    return {column: " ".join(text.split()) for column, text in texts if text.strip()}


def _text(cell: xlrd.sheet.Cell, datemode: int) -> str:
    if cell.ctype == XL_CELL_NUMBER:
        return number_text(cell.value)
    if cell.ctype == XL_CELL_DATE:
        return date_text(cell.value, is_1904=bool(datemode))
    if cell.ctype == XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return str(cell.value)
