"""The properties of a Word file's paragraphs, stored in pages of 512 bytes by text offset."""

from bisect import bisect_right
from dataclasses import dataclass
from struct import unpack_from

from ingestion.parsing.doc.settings import (
    ENDS_ROW,
    IN_TABLE,
    LEVEL,
    LIST,
    MORE,
    ROW,
    settings_in,
)
from ingestion.parsing.doc.styles import Settings, StyleSheet

_PAGES = 0x102
_PAGE = 512
_ENTRY = 13
_CELL, _MAX_CELLS = 20, 63  # bytes of a cell in the definition of a row, and Word's limit
_GOES_ON, _BEGINS = 1, 3  # how a cell takes part in one that spans rows
_MAX_LISTS = 0x07FE  # since greater numbers mark lists of Word 6, and none
_HEADINGS = range(1, 10)  # the numbers of the heading styles, the same in every file


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its left edge, and whether it begins or goes on with one that spans rows."""

    left: int
    begins_span: bool = False
    is_under_span: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    is_heading: bool = False
    in_table: bool = False
    ends_row: bool = False
    list_id: int = 0  # 0 outside lists
    level: int = 0
    cells: tuple[Cell, ...] = ()  # of the row that it ends


class Properties:
    """The properties of a file's paragraphs. Word 95 has no `table`, so it has none."""

    def __init__(
        self,
        document: bytes,
        table: bytes,
        styles: StyleSheet | None = None,
        data: bytes = b"",
    ) -> None:
        self._document = document
        self._data = data  # of settings that are too long for a page
        self._styles = styles
        self._cache: dict[bytes, Paragraph] = {}
        places: list[tuple[int, int, int]] = []  # (start of the text, page, entry)
        if table:
            at, size = unpack_from("<II", document, _PAGES)
            count = max(size - 4, 0) // 8
            # Each page once, since a hostile table lists one page millions of times.
            for number in dict.fromkeys(unpack_from(f"<{count}I", table, at + 4 * (count + 1))):
                page = (number & 0x3FFFFF) * _PAGE
                runs = document[page + _PAGE - 1]
                starts = unpack_from(f"<{runs}I", document, page)
                entries = page + 4 * (runs + 1)
                places += [(start, page, entries + _ENTRY * n) for n, start in enumerate(starts)]
        places.sort()
        self._starts = [start for start, _, _ in places]
        self._places = [(page, entry) for _, page, entry in places]

    def __bool__(self) -> bool:
        return bool(self._places)

    def at(self, offset: int) -> Paragraph:
        """Return the properties of the paragraph whose last character is at this offset."""
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return Paragraph()
        page, entry = self._places[number]
        settings = b""
        if words := self._document[entry]:
            at = page + 2 * words
            size = 2 * self._document[at] - 1
            if size < 0:
                at += 1
                size = 2 * self._document[at]
            settings = self._document[at + 1 : at + 1 + size]
        if settings not in self._cache:
            self._cache[settings] = self._parsed(settings)
        return self._cache[settings]

    def _parsed(self, settings: bytes) -> Paragraph:
        if len(settings) < 2:
            return Paragraph()
        [style] = unpack_from("<H", settings)
        inherited = self._styles.paragraph_settings(style) if self._styles else {}
        own = dict(settings_in(settings, 2))
        if MORE in own:
            own |= self._settings_elsewhere(own[MORE])
        found = {**inherited, **own}
        number = int.from_bytes(found.get(LIST, b"\0\0")[:2], "little")
        return Paragraph(
            is_heading=style in _HEADINGS,
            in_table=found.get(IN_TABLE, b"\0")[0] == 1,
            ends_row=found.get(ENDS_ROW, b"\0")[0] == 1,
            list_id=number if number <= _MAX_LISTS else 0,
            level=found.get(LEVEL, b"\0")[0],
            cells=_cells(found[ROW]) if ROW in found else (),
        )

    def _settings_elsewhere(self, place: bytes) -> Settings:
        at = int.from_bytes(place, "little")
        size = int.from_bytes(self._data[at : at + 2], "little")
        return dict(settings_in(self._data[at + 2 : at + 2 + size]))


def _cells(row: bytes) -> tuple[Cell, ...]:
    """Return the cells that the definition of a row lists. A damaged one has fewer."""
    count = min(row[0], _MAX_CELLS)
    found = []
    for number in range(count):
        at = 1 + 2 * number
        left = int.from_bytes(row[at : at + 2], "little", signed=True)
        at = 1 + 2 * (row[0] + 1) + _CELL * number
        merge = int.from_bytes(row[at : at + 2], "little") >> 5 & 0x3
        found.append(Cell(left, begins_span=merge == _BEGINS, is_under_span=merge == _GOES_ON))
    return tuple(found)
