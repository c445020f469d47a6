"""Excel's binary formats: xls, from before 2007, and xlsb.

xlrd reads xls, because it keeps only filled cells in memory. Calamine reads xlsb, and an xls on
which xlrd fails; it also keeps all empty cells between filled ones.
"""

import os
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO

import xlrd
from olefile import OleFileIO
from python_calamine import CalamineError, CalamineWorkbook, PasswordError
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER
from xlrd.formula import FormulaError

from ingestion.last_errors import CorruptFile, EncryptedFile
from ingestion.parsing.column_names import Row
from ingestion.parsing.containers import ole
from ingestion.parsing.containers.encrypted import decrypted_workbook
from ingestion.parsing.inline import link
from ingestion.parsing.number_formats import (
    GENERAL,
    NumberFormat,
    date_text,
    displayed,
    number_format,
    number_text,
)
from ingestion.parsing.sheets.rows import Sheets, Spanning

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
            book = _opened(data, log)
        except _XLRD_ERRORS as error:
            if "encrypted" not in str(error):
                yield from calamine_sheets(path)
                return
            with ole.errors_as_corrupt(), OleFileIO(decrypted_workbook(path)) as file:
                data = ole.read_stream(file, "Workbook" if file.exists("Workbook") else "Book")
            book = _opened(data, log)
        try:
            for number, name in enumerate(book.sheet_names()):
                sheet = book.sheet_by_index(number)
                yield name, _sheet_rows(sheet, book)
                book.unload_sheet(number)
        except _XLRD_ERRORS as error:
            raise CorruptFile from error


def _opened(data: bytes, log: TextIO) -> xlrd.Book:
    """Open a workbook with its formats, or without them if they are damaged."""
    options = {"file_contents": data, "logfile": log, "on_demand": True, "ragged_rows": True}
    try:
        return xlrd.open_workbook(**options, formatting_info=True)
    except _XLRD_ERRORS as error:
        if "encrypted" in str(error):
            raise
        return xlrd.open_workbook(**options)


def _sheet_rows(sheet: xlrd.sheet.Sheet, book: xlrd.Book) -> Iterator[Row]:
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for top, bottom, left, _ in sheet.merged_cells:
        if bottom > top + 1:
            spans[top].append((left, bottom - 1))
    spanning = Spanning(spans)
    links = {place: link.url_or_path for place, link in sheet.hyperlink_map.items()}
    notes = sheet.cell_note_map
    for number in range(sheet.nrows):
        cells = sheet.row(number)
        row = _row(_xlrd_text(cell, book) for cell in cells)
        for column in row:
            address = links.get((number, column))
            if isinstance(address, str):
                row[column] = link(row[column], address)
        yield spanning.filled(number, row)
    for (number, column), note in sorted(notes.items()):
        if words := " ".join(str(note.text).split()):
            yield Row()
            yield Row({0: f"Comment on {xlrd.cellname(number, column)}: {words}"})


def _xlrd_text(cell: xlrd.sheet.Cell, book: xlrd.Book) -> str:
    if cell.ctype in (XL_CELL_NUMBER, XL_CELL_DATE):
        form = _format(cell.xf_index, book)
        if cell.ctype == XL_CELL_DATE and form.kind != "duration":
            return date_text(cell.value, is_1904=bool(book.datemode))
        return displayed(cell.value, form, is_1904=bool(book.datemode))
    if cell.ctype == XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return str(cell.value)


def _format(style: int | None, book: xlrd.Book) -> NumberFormat:
    if style is None or not 0 <= style < len(book.xf_list):
        return GENERAL
    form = book.format_map.get(book.xf_list[style].format_key)
    return number_format(form.format_key, form.format_str) if form else GENERAL


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
    return Row(
        {column: " ".join(text.split()) for column, text in enumerate(texts) if text.strip()}
    )
