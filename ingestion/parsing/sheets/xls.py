"""Excel's binary formats: xls, from before 2007, and xlsb.

xlrd reads xls, because it keeps only filled cells in memory. Calamine reads xlsb, and an xls on
which xlrd fails; it also keeps all empty cells between filled ones.
"""

import os
import struct
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import xlrd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER
from xlrd.formula import FormulaError

from ingestion.last_errors import CorruptFile, EncryptedFile
from ingestion.parsing.containers import ole
from ingestion.parsing.sheets.number_formats import date_text, number_text
from ingestion.parsing.sheets.rows import Row, Sheets

# Raised by xlrd for a damaged file, since it has an error of its own only for some damage.
_XLRD_ERRORS = (
    *(xlrd.XLRDError, FormulaError, struct.error),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
)


def xls_sheets(path: Path) -> Sheets:
    with ole.errors_as_corrupt(), ole.open_ole(path) as file:
        data = ole.read_stream(file, "Workbook" if file.exists("Workbook") else "Book")
    with Path(os.devnull).open("w") as log:
        try:
            book = xlrd.open_workbook(
                file_contents=data, logfile=log, on_demand=True, ragged_rows=True
            )
        except _XLRD_ERRORS as error:
            if "encrypted" in str(error):
                raise EncryptedFile from error
            yield from calamine_sheets(path)
            return
        try:
            for number, name in enumerate(book.sheet_names()):
                sheet, mode = book.sheet_by_index(number), book.datemode
                rows = map(sheet.row, range(sheet.nrows))
                yield name, (_row(_xlrd_text(cell, mode) for cell in cells) for cells in rows)
                book.unload_sheet(number)
        except _XLRD_ERRORS as error:
            raise CorruptFile from error


def _xlrd_text(cell: xlrd.sheet.Cell, datemode: int) -> str:
    if cell.ctype == XL_CELL_NUMBER:
        return number_text(cell.value)
    if cell.ctype == XL_CELL_DATE:
        return date_text(cell.value, is_1904=bool(datemode))
    if cell.ctype == XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return str(cell.value)


def calamine_sheets(path: Path) -> Sheets:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for name in workbook.sheet_names:
                rows = workbook.get_sheet_by_name(name).iter_rows()
                yield name, (_row(map(_calamine_text, values)) for values in rows)
    except PasswordError as error:
        raise EncryptedFile from error
    except (CalamineError, OSError) as error:
        raise CorruptFile from error
    except BaseException as error:
        # Calamine is written in Rust and may panic. The error's class is compared by name, because
        # it cannot be imported.
        if type(error).__name__ == "PanicException":
            raise CorruptFile from error
        raise


def _calamine_text(value: int | float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    return str(value)


def _row(texts: Iterable[str]) -> Row:
    return {column: " ".join(text.split()) for column, text in enumerate(texts) if text.strip()}
