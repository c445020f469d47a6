"""Names of cells and ranges in Excel, such as `B2` and `B2:C9`."""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_COLUMN_LETTERS = 3  # since the last column is XFD

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


class Range(NamedTuple):
    """The corners of a range. Rows and columns count from 1."""

    top: int
    left: int
    bottom: int
    right: int


def range_of(name: str | None) -> Range | None:
    """Return the range of this name, or None if it names none."""
    match = _RANGE.fullmatch(name or "")
    if not match:
        return None
    left, top, right, bottom = match.groups()
    first = int(top), column_number(left)
    last = (int(bottom), column_number(right)) if right else first
    return Range(*first, *last)


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """Return the number of a column, such as 27 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
