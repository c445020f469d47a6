"""The rows of a sheet as lines, with each value beside the name of its column, if it has one.

So a chunk from the middle of a long sheet still makes sense: `name: Ada; born: 1815`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ingestion.parsing.column_names import Row, with_names

Line = Iterable[str]  # in pieces
Sheets = Iterator[tuple[str, Iterator[Row]]]  # (name, rows)

_MAX_PIECE = 65_536  # characters, approximately


def lines(rows: Iterable[Row]) -> Iterator[Line]:
    """Yield rows as lines, leaving out blank ones.

    Values are joined by ` | ` where their columns have no names.
    """
    for row, names, _ in with_names(rows):
        if row:
            yield _line(row, names)


class Spanning:
    """The cells that span rows. Their values are repeated in the rows below."""

    def __init__(self, merged: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        """Take by the first row the (column, last row) of the cells that span several rows."""
        self._merged = merged
        self._open: dict[int, tuple[int, str]] = {}  # by column: (last row, value)

    def filled(self, number: int, row: Row) -> Row:
        """Return the row with the values of the cells above that span it, if it has any others."""
        if self._open:
            self._open = {column: one for column, one in self._open.items() if one[0] >= number}
        above = {column: value for column, (_, value) in self._open.items() if column not in row}
        for column, last in self._merged.get(number, ()):
            if column in row:
                self._open[column] = last, row[column]
        if not row or not above:
            return row
        filled = Row(sorted({**row, **above}.items()))
        filled.is_header = row.is_header
        return filled


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
