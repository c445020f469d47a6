"""The settings of paragraphs and runs in Word before 2007, which are lists of codes with values."""

from collections.abc import Iterator
from struct import unpack_from

_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_TABS = 0xC615

# Of paragraphs: in a table cell, end of a row, list, level in the list, more settings elsewhere.
IN_TABLE, ENDS_ROW, LIST, LEVEL, MORE = 0x2416, 0x2417, 0x460B, 0x260A, 0x6646
ROW = 0xD608  # the definition of a row's cells
# Of runs: deleted, raised or lowered, shifted, a sign of a font, fonts, style, data of a field.
DELETED, RAISED, SHIFTED, SIGN = 0x0800, 0x2A48, 0x4845, 0x6A09
FONT, OTHER_FONT, STYLE, DATA = 0x4A4F, 0x4A51, 0x4A30, 0x6A03


def settings_in(data: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the codes and values of settings, until they are damaged."""
    while at + 2 < len(data):
        [code] = unpack_from("<H", data, at)
        at += 2
        size = _SIZES.get(code >> 13)
        if size is None:
            size = data[at]
            at += 1
            if code == ROW:
                size = max(int.from_bytes(data[at - 1 : at + 1], "little") - 1, 0)
                at += 1
            elif code == _TABS and size == 255:
                return
        yield code, data[at : at + size].ljust(4, b"\0")
        at += size
