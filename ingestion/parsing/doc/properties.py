"""The properties of a Word file's paragraphs, stored in pages of 512 bytes by text offset."""

from bisect import bisect_right
from dataclasses import dataclass
from struct import unpack_from

_PAGES = 0x102
_PAGE = 512
_ENTRY = 13
_HEADINGS = range(1, 10)  # the numbers of the heading styles, the same in every file

# The codes of a paragraph's settings: in a table cell, end of a row, in a list, more elsewhere.
_IN_TABLE, _ENDS_ROW, _LIST, _MORE = 0x2416, 0x2417, 0x460B, 0x6646
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}


@dataclass(frozen=True, slots=True)
class Paragraph:
    is_heading: bool = False
    in_table: bool = False
    ends_row: bool = False
    is_item: bool = False


class Properties:
    """The properties of a file's paragraphs. Word 95 has no `table`, so it has none."""

    def __init__(self, document: bytes, table: bytes) -> None:
        self._document = document
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
            self._cache[settings] = _parse_settings(settings)
        return self._cache[settings]


def _parse_settings(settings: bytes) -> Paragraph:
    if len(settings) < 2:
        return Paragraph()
    [style] = unpack_from("<H", settings)
    found, at = {}, 2
    while at + 2 < len(settings):
        [code] = unpack_from("<H", settings, at)
        at += 2
        found[code] = settings[at : at + 2].ljust(2, b"\0")
        at += _SIZES.get(code >> 13, 1 + settings[at])
    return Paragraph(
        is_heading=style in _HEADINGS,
        in_table=found.get(_IN_TABLE, b"\0")[0] == 1,
        ends_row=found.get(_ENDS_ROW, b"\0")[0] == 1,
        is_item=found.get(_LIST, b"\0\0") != b"\0\0",
    )
