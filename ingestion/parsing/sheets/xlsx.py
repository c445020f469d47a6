"""Excel since 2007, row by row. Only the strings that its cells share are held in memory."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.last_errors import CorruptFile
from ingestion.parsing.containers.opc import main_part, relations
from ingestion.parsing.containers.xml_parts import attribute, events, tree
from ingestion.parsing.sheets.number_formats import Formats
from ingestion.parsing.sheets.rows import Row, Sheets

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LONGEST_COLUMN = 3  # letters: XFD
_BOOLEANS = {"0": "FALSE", "1": "TRUE"}


def xlsx_sheets(archive: ZipFile) -> Sheets:
    main = main_part(archive)
    workbook, parts = tree(archive, main), relations(archive, main)
    by_kind = dict(parts.values())
    is_1904 = attribute(workbook.find("{*}workbookPr"), "date1904") in ("1", "true")
    formats = Formats(archive, by_kind.get("styles"), is_1904=is_1904)
    shared = _shared(archive, by_kind.get("sharedStrings"))
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        kind, part = parts.get(attribute(sheet, "id") or "", ("", ""))
        if kind == "worksheet":
            rows = _Sheet(shared, formats).rows(archive, part)
            yield sheet.get("name", ""), chain(rows, _text_boxes(archive, part))


def _shared(archive: ZipFile, part: str | None) -> list[str]:
    if part is None:
        return []
    with archive.open(part) as file:
        return [_text(element) for event, _, element in events(file, (), ("si",)) if event == "end"]


def _text_boxes(archive: ZipFile, part: str) -> Iterator[Row]:
    """As rows after the last, in no column that has a name."""
    for kind, drawing in relations(archive, part).values():
        if kind == "drawing":
            for paragraph in tree(archive, drawing).iter("{*}p"):
                texts = (text.text or "" for text in paragraph.iter("{*}t"))
                yield {0: words} if (words := " ".join("".join(texts).split())) else {}


class _Sheet:
    def __init__(self, shared: list[str], formats: Formats) -> None:
        self._shared = shared
        self._formats = formats

    def rows(self, archive: ZipFile, part: str) -> Iterator[Row]:
        with archive.open(part) as file:
            for event, _, element in events(file, (), ("row",)):
                if event == "end":
                    yield self._row(element)

    def _row(self, element: _Element) -> Row:
        row, column = {}, 0
        for cell in element:
            letters = cell.get("r", "").rstrip("0123456789")[:_LONGEST_COLUMN]
            column = _number(letters) if letters else column + 1
            if len(cell) and (value := self._value(cell)):
                row[column] = " ".join(value.split())
        return row

    def _value(self, cell: _Element) -> str:
        kind = cell.get("t", "n")
        held = cell[-1]  # after its formula, if it has one
        value = "" if held.tag.endswith("}f") else held.text or ""
        if kind == "n":
            return self._formats.shown(value, cell.get("s", ""))
        if kind == "s":
            return self._shared_string(value)
        if kind == "inlineStr":
            return _text(held)
        return _BOOLEANS.get(value, value) if kind == "b" else _unescaped(value)

    def _shared_string(self, number: str) -> str:
        if not number:
            return ""
        try:
            return self._shared[int(number)]
        except (IndexError, ValueError) as error:
            raise CorruptFile from error


def _text(string: _Element) -> str:
    """Its runs, without how they are pronounced."""
    runs = [run.findtext("{*}t") if run.tag.endswith("}r") else run.text for run in string]
    return _unescaped("".join(filter(None, runs)))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


@lru_cache(maxsize=20_000)
def _number(letters: str) -> int:
    """Of the column of these letters."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
