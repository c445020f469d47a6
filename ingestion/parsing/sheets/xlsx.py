"""Excel since 2007, read row by row, with only the shared strings in memory."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile, FileTooLarge
from ingestion.parsing.column_names import Row
from ingestion.parsing.containers.opc import main_part, relations
from ingestion.parsing.containers.xml_parts import (
    as_int,
    attribute,
    errors_as_corrupt,
    events,
    tree,
)
from ingestion.parsing.embedded import KINDS
from ingestion.parsing.inline import link
from ingestion.parsing.number_formats import Formats
from ingestion.parsing.sheets.cell_names import MAX_COLUMN_LETTERS, column_number
from ingestion.parsing.sheets.drawings import drawing_texts
from ingestion.parsing.sheets.rows import Sheets, Spanning
from ingestion.parsing.sheets.worksheet import Worksheet, read_worksheet, remarks

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HYPERLINK = re.compile(r'\s*HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)
_BOOLEANS = {"0": "FALSE", "1": "TRUE"}


def xlsx_sheets(archive: ZipFile, lost: list[str]) -> Sheets:
    """Yield the sheets of a workbook. Append the names of those whose drawings are damaged."""
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
            rows = _rows(archive, part, shared, formats, read_worksheet(archive, part))
            others = chain(drawing_texts(archive, part), remarks(archive, part))
            safely = _unless_damaged(others, sheet.get("name", ""), lost)
            yield sheet.get("name", ""), chain(rows, _apart(safely))
        elif kind == "chartsheet":
            drawn = _unless_damaged(drawing_texts(archive, part), sheet.get("name", ""), lost)
            yield sheet.get("name", ""), _apart(drawn)


def _unless_damaged(texts: Iterable[str], sheet: str, lost: list[str]) -> Iterator[str]:
    try:
        with errors_as_corrupt():
            yield from texts
    except (CorruptFile, FileTooLarge):
        lost.append(sheet)


def missing_sheets(archive: ZipFile) -> list[str]:
    """Return the names of sheets without a part. Raises CorruptFile if there are no others."""
    main = main_part(archive)
    parts = relations(archive, main)
    sheets = tree(archive, main).findall("{*}sheets/{*}sheet")
    names = [one.get("name", "") for one in sheets if attribute(one, "id") not in parts]
    if names and len(names) == len(sheets):
        raise CorruptFile
    return names


def embedded_parts(archive: ZipFile) -> Iterator[tuple[int, str]]:
    """Yield the number of a sheet and the part of each file that is embedded in it."""
    main = main_part(archive)
    parts = relations(archive, main)
    sheets = tree(archive, main).iterfind("{*}sheets/{*}sheet")
    for page, sheet in enumerate(sheets, start=1):
        _, part = parts.get(attribute(sheet, "id") or "", ("", ""))
        for kind, target in relations(archive, part).values() if part else ():
            if kind in KINDS:
                yield page, target


def _rows(
    archive: ZipFile, part: str, shared: list[str], formats: Formats, sheet: Worksheet
) -> Iterator[Row]:
    spanning, links = Spanning(sheet.merged), sheet.links
    number = 0
    with archive.open(part) as file:
        for event, _, element in events(file, (), ("row",)):
            if event != "end":
                continue
            last, number = number, as_int(element.get("r"), number + 1)
            if number > last + 1:
                yield Row()  # for rows that are left out because they are blank
            row, column = Row(), 0
            row.is_header = number in sheet.header_rows
            for cell in element:
                letters = cell.get("r", "").rstrip("0123456789")[:MAX_COLUMN_LETTERS]
                column = column_number(letters) if letters else column + 1
                children = len(cell)
                if children and (value := _value(cell, shared, formats)):
                    value = " ".join(value.split())
                    address = links.get((number, column)) if links else None
                    if address is None and children > 1:
                        address = _linked_by_formula(cell)
                    if address:
                        value = link(value, address)
                    row[column] = value
            yield spanning.filled(number, row)


def _linked_by_formula(cell: _Element) -> str:
    """Return the address of a link that a formula makes of it."""
    formula = cell[0]
    match = _HYPERLINK.match(formula.text or "") if formula.tag.endswith("}f") else None
    return match[1] if match else ""


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


def _apart(texts: Iterable[str]) -> Iterator[Row]:
    """Yield texts as rows that belong to no table."""
    for text in texts:
        yield Row()
        yield Row({0: text})


def _text(string: _Element) -> str:
    """Return the text of a string's runs, without its pronunciation guide."""
    runs = [run.findtext("{*}t") if run.tag.endswith("}r") else run.text for run in string]
    return _unescape("".join(filter(None, runs)))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text
