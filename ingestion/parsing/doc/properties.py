"""The properties of a Word file's paragraphs, stored in pages of 512 bytes by text offset."""

from bisect import bisect_right
from dataclasses import dataclass
from struct import unpack_from

from ingestion.parsing.doc.settings import ENDS_ROW, IN_TABLE, LEVEL, LIST, settings_in
from ingestion.parsing.doc.styles import StyleSheet

_PAGES = 0x102
_PAGE = 512
_ENTRY = 13
_MAX_LISTS = 0x07FE  # since greater numbers mark lists of Word 6, and none
_HEADINGS = range(1, 10)  # the numbers of the heading styles, the same in every file


@dataclass(frozen=True, slots=True)
class Paragraph:
    is_heading: bool = False
    in_table: bool = False
    ends_row: bool = False
    list_id: int = 0  # 0 outside lists
    level: int = 0


class Properties:
    """The properties of a file's paragraphs. Word 95 has no `table`, so it has none."""

    def __init__(self, document: bytes, table: bytes, styles: StyleSheet | None = None) -> None:
        self._document = document
        self._styles = styles
        self._cache: dict[bytes, Paragraph] = {}
        places: list[tuple[int, int, int]] = []  # (start of the text, page, entry)
        if table:
            at, size = unpack_from("<II", document, _PAGES)
            count = max(size - 4, 0) // 8
            for number in unpack_from(f"<{count}I", table, at + 4 * (count + 1)):
                page = (number & 0x3FFFFF) * _PAGE
                runs = document[page + _PAGE - 1]
                starts = unpack_from(f"<{runs}I", document, page)
                entries = page + 4 * (runs + 1)
                places += [(start, page, entries + _ENTRY * n) for n, start in enumerate(starts)]
        places.sort()
        self._starts = [start for start, _, _ in places]
        self._places = [(page, entry) for _, page, entry in places]

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
        found = {**inherited, **dict(settings_in(settings, 2))}
        number = int.from_bytes(found.get(LIST, b"\0\0")[:2], "little")
        return Paragraph(
            is_heading=style in _HEADINGS,
            in_table=found.get(IN_TABLE, b"\0")[0] == 1,
            ends_row=found.get(ENDS_ROW, b"\0")[0] == 1,
            list_id=number if number <= _MAX_LISTS else 0,
            level=found.get(LEVEL, b"\0")[0],
        )
