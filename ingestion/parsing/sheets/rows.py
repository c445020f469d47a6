"""The rows of a sheet as lines, with each value beside the name of its column, if it has one.

So a chunk from the middle of a long sheet still makes sense: `name: Ada; born: 1815`.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

Row = dict[int, str]  # the values that are not blank, by column number, in order
Line = Iterable[str]  # in pieces
Sheets = Iterator[tuple[str, Iterator[Row]]]  # (name, rows)

_HEADER_WITHIN = 10  # rows, since titles and dates may be above the header
_MAX_NAME = 200  # characters of a column's name, since every row repeats it
_MAX_PIECE = 65_536  # characters, approximately


def lines(rows: Iterable[Row]) -> Iterator[Line]:
    """Yield rows as lines, leaving out blank ones.

    Values are joined by ` | ` up to the header, or in all rows if there is none.
    """
    filled = filter(None, rows)
    first = list(islice(filled, _HEADER_WITHIN))
    widest = max(map(len, first), default=0)
    header: Row = {}
    for row in first:
        yield _line(row, header)
        if not header and _is_header(row, widest):
            header = {column: name[:_MAX_NAME] for column, name in row.items()}
    for row in filled:
        yield _line(row, header)


def _is_header(row: Row, widest: int) -> bool:
    """Return whether a row names at least half of the columns: several different values, each with
    a letter."""
    in_words = all(any(map(str.isalpha, name)) for name in row.values())
    is_wide = len(row) > 1 and 2 * len(row) >= widest
    return is_wide and in_words and len(set(row.values())) == len(row)


def _line(row: Row, header: Row) -> Line:
    joint = "; " if header else " | "
    if sum(map(len, row.values())) + sum(map(len, header.values())) <= _MAX_PIECE:
        return [joint.join(_values(row, header))]
    return _pieces(_values(row, header), joint)


def _values(row: Row, header: Row) -> Iterator[str]:
    for column, value in row.items():
        name = header.get(column)
        yield f"{name}: {value}" if name else value


def _pieces(values: Iterator[str], joint: str) -> Iterator[str]:
    """Yield a line in pieces, since a small file whose cells share strings may have rows that do
    not fit into memory."""
    piece = next(values, "")
    for value in values:
        if len(piece) > _MAX_PIECE:
            yield piece
            piece = ""
        piece += joint + value
    yield piece
