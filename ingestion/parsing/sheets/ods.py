"""OpenDocument spreadsheets, row by row."""

from collections.abc import Iterator
from itertools import repeat
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.column_names import Row
from ingestion.parsing.containers.xml_parts import Events, attribute, events
from ingestion.parsing.odf.content import DRAWN, check_content, repeated, text_of
from ingestion.parsing.sheets.rows import Sheets

_MAX_COLUMNS = 16_384
_NO_COLUMN = -1


def ods_sheets(archive: ZipFile) -> Sheets:
    check_content(archive)
    with archive.open("content.xml") as file:
        walk = events(file, ("table",), ("shapes", "table-row"))
        for event, tag, element in walk:
            if (event, tag) == ("start", "table"):
                rows = _rows(walk)
                yield attribute(element, "name") or "", rows
                for _ in rows:  # skip what the caller left, because the next table comes after it
                    pass


def _rows(walk: Events) -> Iterator[Row]:
    within = 0  # the depth of nested tables, since a cell may hold one
    for event, tag, element in walk:
        if tag == "table" and event == "end" and not within:
            return
        if tag == "table":
            within += 1 if event == "start" else -1
        elif event == "start":
            continue
        elif tag == "shapes":
            yield from _text_boxes(element)
        else:
            if row := _row(element):
                yield from repeat(row, repeated(element, "number-rows-repeated"))
            for cell in element:
                yield from _text_boxes(cell)


def _text_boxes(holder: _Element) -> Iterator[Row]:
    """Yield text boxes as separate rows, in a column without a name."""
    for drawn in holder:
        if drawn.tag.startswith(DRAWN):
            texts = (" ".join(text_of(line).split()) for line in drawn.iter("{*}p"))
            yield from (Row({_NO_COLUMN: text}) for text in texts if text)


def _row(element: _Element) -> Row:
    row, column = Row(), 0
    for cell in element.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        times = repeated(cell, "number-columns-repeated")
        if len(cell) and (value := _value(cell)):
            row.update(dict.fromkeys(range(column, min(column + times, _MAX_COLUMNS)), value))
        column += times
    return row


def _value(cell: _Element) -> str:
    kind = attribute(cell, "value-type")
    if kind == "date":
        return (attribute(cell, "date-value") or "").replace("T", " ") or _displayed_text(cell)
    if kind == "float" and not (text := _displayed_text(cell)):
        return attribute(cell, "value") or text
    return _displayed_text(cell)


def _displayed_text(cell: _Element) -> str:
    return " ".join(" ".join(text_of(line).split()) for line in cell.iterchildren("{*}p"))
