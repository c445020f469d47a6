"""The style sheet of a Word file before 2007, and its fonts."""

from dataclasses import dataclass, field
from struct import error, unpack_from

from ingestion.parsing.doc.settings import settings_in

_FONTS, _STYLES = 0x112, 0xA2
_NAME_OF_FONT = 40  # bytes of an entry before the name
_OF_PARAGRAPHS, _OF_CHARACTERS = 1, 2
_NONE = 0xFFF  # the number of no style
_MAX_DEPTH = 20

Settings = dict[int, bytes]


@dataclass
class Style:
    based_on: int = _NONE
    paragraph: Settings = field(default_factory=dict)
    run: Settings = field(default_factory=dict)


class StyleSheet:
    """The styles of a file by their numbers. A damaged sheet has fewer of them."""

    def __init__(self, document: bytes, table: bytes) -> None:
        self._styles: dict[int, Style] = {}
        try:
            self._read(document, table)
        except (error, IndexError):
            return  # since text without its styles is worth reading

    def paragraph_settings(self, number: int) -> Settings:
        """Return the settings of a style and of those that it is based on."""
        found: Settings = {}
        for style in self._lineage(number):
            found = {**style.paragraph, **found}
        return found

    def run_settings(self, number: int) -> Settings:
        found: Settings = {}
        for style in self._lineage(number):
            found = {**style.run, **found}
        return found

    def _lineage(self, number: int) -> list[Style]:
        found: list[Style] = []
        while number in self._styles and len(found) < _MAX_DEPTH:
            found.append(self._styles[number])
            number = self._styles[number].based_on
        return found

    def _read(self, document: bytes, table: bytes) -> None:
        at, size = unpack_from("<II", document, _STYLES)
        end = min(at + size, len(table))
        header, count, base = unpack_from("<HHH", table, at)
        at += 2 + header
        for number in range(count):
            if at + 2 > end:
                return
            [size] = unpack_from("<H", table, at)
            if size:
                self._styles[number] = _style(table[at + 2 : at + 2 + size], base)
            at += 2 + size


def _style(data: bytes, base: int) -> Style:
    kind, parts = unpack_from("<2xHH", data)
    style = Style(based_on=kind >> 4)
    [length] = unpack_from("<H", data, base)
    at = base + 2 + 2 * length + 2
    for number in range(min(parts & 0xF, 3)):
        at += at % 2
        if at + 2 > len(data):
            break
        [size] = unpack_from("<H", data, at)
        part = data[at + 2 : at + 2 + size]
        if kind & 0xF == _OF_PARAGRAPHS and number == 0:
            style.paragraph = dict(settings_in(part, 2))
        elif kind & 0xF == _OF_CHARACTERS or number == 1:
            style.run = dict(settings_in(part))
        at += 2 + size
    return style


def fonts_of(document: bytes, table: bytes) -> list[str]:
    """Return the names of a file's fonts, in the order of their numbers."""
    fonts: list[str] = []
    try:
        at, size = unpack_from("<II", document, _FONTS)
        [count] = unpack_from("<H", table, at)
        end = min(at + size, len(table))
        at += 4
        while len(fonts) < count and at < end:
            entry = table[at : at + 1 + table[at]]
            name = entry[_NAME_OF_FONT:].decode("utf-16-le", "replace")
            fonts.append(name.partition("\0")[0])
            at += len(entry)
    except (error, IndexError):
        pass  # since the fonts found so far are worth having
    return fonts
