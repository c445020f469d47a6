"""Excel since 2007, read row by row, with only the shared strings in memory."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile
from ingestion.parsing.containers.opc import main_part, relations
from ingestion.parsing.containers.xml_parts import attribute, events, tree
from ingestion.parsing.sheets.drawings import drawing_rows
from ingestion.parsing.sheets.number_formats import Formats
from ingestion.parsing.sheets.rows import Row, Sheets

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_COLUMN_LETTERS = 3  # since the last column is XFD
_BOOLEANS = {"0": "FALSE", "1": "TRUE"}


def xlsx_sheets(archive: ZipFile) -> Sheets:
    main = main_part(archive)
    workbook, parts = tree(archive, main), relations(archive, main)
    by_kind = dict(parts.values())
    is_1904 = attribute(workbook.find("{*}workbookPr"), "date1904") in ("1", "true")
    formats = Formats(archive, by_kind.get("styles"), is_1904=is_1904)
    shared: list[str] = []
    if strings := by_kind.get("sharedStrings"):
        with archive.open(strings) as file:
            for event, _, element in events(file, (), ("si",)):
                if event == "end":
                    shared.append(_text(element))
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        kind, part = parts.get(attribute(sheet, "id") or "", ("", ""))
        if kind == "worksheet":
            rows = _rows(archive, part, shared, formats)
            yield sheet.get("name", ""), chain(rows, drawing_rows(archive, part))
        elif kind == "chartsheet":
            yield sheet.get("name", ""), drawing_rows(archive, part)


def _rows(archive: ZipFile, part: str, shared: list[str], formats: Formats) -> Iterator[Row]:
    with archive.open(part) as file:
        for event, _, element in events(file, (), ("row",)):
            if event == "end":
                row, column = {}, 0
                for cell in element:
                    letters = cell.get("r", "").rstrip("0123456789")[:_MAX_COLUMN_LETTERS]
                    column = _column_number(letters) if letters else column + 1
                    if len(cell) and (value := _value(cell, shared, formats)):
                        row[column] = " ".join(value.split())
                yield row


def _value(cell: _Element, shared: list[str], formats: Formats) -> str:
    kind = cell.get("t", "n")
    held = cell[-1]  # the value, which follows the formula if there is one
    value = "" if held.tag.endswith("}f") else held.text or ""
    if kind == "n":
        return formats.as_displayed(value, cell.get("s", ""))
    if kind == "s":
        try:
            return shared[int(value)] if value else ""
        except (IndexError, ValueError) as error:
            raise CorruptFile from error
    if kind == "inlineStr":
        return _text(held)
    return _BOOLEANS.get(value, value) if kind == "b" else _unescape(value)


def _text(string: _Element) -> str:
    """Return the text of a string's runs, without its pronunciation guide."""
    runs = [run.findtext("{*}t") if run.tag.endswith("}r") else run.text for run in string]
    return _unescape("".join(filter(None, runs)))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


@lru_cache(maxsize=20_000)
def _column_number(letters: str) -> int:
    """Return the number of a column, such as 27 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
