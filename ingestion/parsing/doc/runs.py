"""The runs of a Word file before 2007 that say more than their characters: signs, powers, forms."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from struct import error, unpack, unpack_from

from ingestion.parsing.doc.settings import (
    DATA,
    DELETED,
    FONT,
    OTHER_FONT,
    RAISED,
    SHIFTED,
    SIGN,
    STYLE,
    settings_in,
)
from ingestion.parsing.doc.styles import Settings, StyleSheet
from ingestion.parsing.symbol_fonts import from_symbol_font, is_symbol_font

_PAGES, _PAGE = 0xFA, 512
_RAISED_FROM = 6  # half points, since text is shifted by less to align it


@dataclass(frozen=True, slots=True)
class Run:
    is_deleted: bool = False
    is_raised: bool = False
    font: str = ""  # of the characters in ASCII, if it is a symbol font
    other_font: str = ""  # of the others
    sign: str = ""  # in place of each of its characters
    data: int | None = None  # where the data of a form field begin

    def shown(self, text: str) -> str:
        if self.sign:
            return self.sign * len(text)
        if not (self.font or self.other_font):
            return text
        return "".join(
            from_symbol_font(self.font if one < "\x80" else self.other_font, one) for one in text
        )


_PLAIN = Run()


class Runs:
    """The runs of a file that are not plain, by their offsets in bytes."""

    def __init__(self, document: bytes, table: bytes, styles: StyleSheet, fonts: list[str]) -> None:
        self._styles = styles
        self._fonts = fonts
        self._cache: dict[bytes, Run] = {}
        found: list[tuple[int, int, Run]] = []
        try:
            at, size = unpack_from("<II", document, _PAGES)
            count = max(size - 4, 0) // 8 if table else 0
            # Each page once, since a hostile table lists one page millions of times.
            for number in dict.fromkeys(unpack_from(f"<{count}I", table, at + 4 * (count + 1))):
                found += self._page(document, (number & 0x3FFFFF) * _PAGE)
        except (error, IndexError):
            pass  # since plain text is worth reading
        found.sort(key=lambda run: run[0])
        self._starts = [start for start, _, _ in found]
        self._found = found

    def __bool__(self) -> bool:
        return bool(self._found)

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, Run]]:
        """Yield the runs between two offsets, plain ones included."""
        number = max(bisect_right(self._starts, start) - 1, 0)
        while start < end:
            if number >= len(self._found) or self._found[number][0] >= end:
                yield start, end, _PLAIN
                return
            first, last, run = self._found[number]
            number += 1
            if last <= start:
                continue
            if first > start:
                yield start, first, _PLAIN
                start = first
            yield start, min(last, end), run
            start = min(last, end)

    def _page(self, document: bytes, page: int) -> Iterator[tuple[int, int, Run]]:
        count = document[page + _PAGE - 1]
        offsets = unpack_from(f"<{count + 1}I", document, page)
        for number in range(count):
            words = document[page + 4 * (count + 1) + number]
            if words:
                at = page + 2 * words
                settings = document[at + 1 : at + 1 + document[at]]
                if settings not in self._cache:
                    self._cache[settings] = self._run(dict(settings_in(settings)))
                if self._cache[settings] != _PLAIN:
                    yield offsets[number], offsets[number + 1], self._cache[settings]

    def _run(self, own: Settings) -> Run:
        found = own
        if STYLE in own:
            found = {**self._styles.run_settings(_number(own[STYLE])), **own}
        [shift] = unpack("<h", found.get(SHIFTED, bytes(4))[:2])
        sign = ""
        if SIGN in found:
            font, code = unpack("<HH", found[SIGN])
            sign = from_symbol_font(self._font(font), chr(code))
        return Run(
            is_deleted=bool(found.get(DELETED, b"\0")[0] & 1),
            is_raised=found[RAISED][0] == 1 if RAISED in found else shift >= _RAISED_FROM,
            font=self._symbol_font(found, FONT),
            other_font=self._symbol_font(found, OTHER_FONT) or self._symbol_font(found, FONT),
            sign=sign,
            data=unpack("<I", found[DATA])[0] if DATA in found else None,
        )

    def _symbol_font(self, found: Settings, code: int) -> str:
        name = self._font(_number(found[code])) if code in found else ""
        return name if is_symbol_font(name) else ""

    def _font(self, number: int) -> str:
        return self._fonts[number] if number < len(self._fonts) else ""


def _number(value: bytes) -> int:
    return int.from_bytes(value[:2], "little")
