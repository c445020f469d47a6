"""The lists of a Word file before 2007, which have the numbers of clauses."""

from struct import error, unpack_from

from ingestion.parsing.blocks.numbering import LEVELS, AbstractList, Level, NumberedList

_LISTS, _OVERRIDES = 0x2E2, 0x2EA
_LIST, _LEVEL, _OVERRIDE = 28, 28, 16  # bytes of the beginning of each
_IS_SIMPLE, _SETS_START, _SETS_LOOK = 0x1, 0x10, 0x20
_FORMATS = {
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    22: "decimalZero",
    23: "bullet",
    255: "none",
}


class DocLists:
    """The lists by their numbers, from 1. Damaged tables have fewer of them."""

    def __init__(self, document: bytes, table: bytes) -> None:
        self._lists: list[NumberedList] = []
        try:
            self._read(document, table)
        except (error, IndexError):
            return  # since items without numbers are worth reading

    def label(self, number: int, depth: int) -> str | None:
        """Count the next paragraph of a list. Return its label, or None if there is no such list.

        The label is a number, `-` for a bullet, or empty.
        """
        if not 0 < number <= len(self._lists):
            return None
        return self._lists[number - 1].next_label(min(depth, LEVELS - 1))

    def _read(self, document: bytes, table: bytes) -> None:
        at, size = unpack_from("<II", document, _LISTS)
        if not size:
            return
        [count] = unpack_from("<H", table, at)
        levels_at = at + 2 + count * _LIST
        abstracts: dict[int, AbstractList] = {}
        for number in range(count):
            [key, flags] = unpack_from("<I22xB", table, at + 2 + number * _LIST)
            abstracts[key] = abstract = AbstractList()
            for depth in range(1 if flags & _IS_SIMPLE else LEVELS):
                abstract.levels[depth], levels_at = _level(table, levels_at)
        at, size = unpack_from("<II", document, _OVERRIDES)
        if not size:
            return
        [count] = unpack_from("<I", table, at)
        data_at = at + 4 + count * _OVERRIDE
        for number in range(min(count, size // _OVERRIDE)):
            [key, changes] = unpack_from("<I8xB", table, at + 4 + number * _OVERRIDE)
            one = NumberedList(abstracts.get(key) or AbstractList())
            self._lists.append(one)
            data_at += 4
            for _ in range(changes):
                [start, flags] = unpack_from("<II", table, data_at)
                data_at += 8
                depth = min(flags & 0xF, LEVELS - 1)
                if flags & _SETS_LOOK:
                    one.levels[depth], data_at = _level(table, data_at)
                    start = one.levels[depth].start
                if flags & _SETS_START:
                    one.restarts[depth] = start


def _level(table: bytes, at: int) -> tuple[Level, int]:
    """Return a level and the offset behind it."""
    start, format_ = unpack_from("<IB", table, at)
    of_runs, of_paragraphs = table[at + 24], table[at + 25]
    at += _LEVEL + of_runs + of_paragraphs
    [length] = unpack_from("<H", table, at)
    text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    shown = "".join(f"%{ord(one) + 1}" if one < "\t" else one for one in text)
    return Level(start, _FORMATS.get(format_, "decimal"), shown), at + 2 + 2 * length
