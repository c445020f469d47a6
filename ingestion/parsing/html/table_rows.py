"""Tables of a page, row by row, with the cells that span rows or columns."""

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

_MAX_SPAN = 1_000  # of columns, as in browsers
_MAX_COLUMNS = 1_000
_MAX_REPEATED = 1_000  # characters of a cell that spans rows, since each row repeats it
_MAX_SPANNED = 100_000  # places of a table that other cells span, since few bytes make many

Words = Callable[[LexborNode], str]


def table_rows(table: LexborNode, words: Words) -> Iterator[str]:
    """Yield each row as a line, with ` | ` between cells. `words` is the text of a cell.

    The text of a cell that spans rows is repeated in each. That of a cell that spans columns is in
    the first of them, and the others are blank, so that the columns stay aligned.
    """
    spans = _Spans()
    group = None
    for row in table.css("tr"):
        parent = row.parent.mem_id if row.parent is not None else None
        if parent != group:  # no cell spans more than its group of rows
            spans.clear()
            group = parent
        texts = _texts(row, spans, words)
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield " | ".join(texts)


class _Spans:
    """The places in the rows to come that cells of the rows above span."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[str, int]] = {}  # by column: the text, and rows to come
        self._left = _MAX_SPANNED

    def clear(self) -> None:
        self._places.clear()

    def add(self, column: int, text: str, rows: int) -> None:
        if rows and column < _MAX_COLUMNS:
            self._places[column] = (text if len(text) <= _MAX_REPEATED else ""), rows

    def take(self, column: int) -> str | None:
        """Return the text that spans this column of the row, or None if there is none."""
        if column not in self._places or not self._left:
            return None
        self._left -= 1
        text, rows = self._places.pop(column)
        self.add(column, text, rows - 1)
        return text

    def last(self) -> int:
        return max(self._places, default=-1) if self._left else -1


def _texts(row: LexborNode, spans: _Spans, words: Words) -> list[str]:
    texts: list[str] = []

    def fill() -> None:
        while (text := spans.take(len(texts))) is not None:
            texts.append(text)

    last = spans.last()  # before this row adds its own
    for cell in row.iter():
        if cell.tag in ("td", "th"):
            fill()
            text, column = words(cell), len(texts)
            attributes = cell.attributes
            if "colspan" not in attributes and "rowspan" not in attributes:
                texts.append(text)
                continue
            columns = _number(attributes.get("colspan"))
            columns = max(1, min(columns, _MAX_SPAN, _MAX_COLUMNS - column))
            rows = _number(attributes.get("rowspan")) or 1_000_000  # 0: to the end of the group
            texts += [text, *[""] * (columns - 1)]
            for offset in range(columns):
                spans.add(column + offset, "" if offset else text, rows - 1)
    fill()
    while len(texts) <= last:  # there is a gap before a cell that spans this row
        texts.append("")
        fill()
    return texts


def _number(value: str | None) -> int:
    value = (value or "").strip()
    return int(value) if re.fullmatch(r"\d{1,6}", value, re.ASCII) else 1
