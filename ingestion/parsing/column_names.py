"""Find the row of a table that names its columns, if any does.

A wrong name makes every row below a false statement, so a row is believed to hold names only if the
file marks it, or if a column below differs in kind from its name: numbers, dates or codes below a
word. A table of words alone is left as it stands, and so are forms, lists of keys and values, and
lines above a table. Names end at a blank row, or at other names.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MAX_NAME = 200  # characters of a column's name, since every row repeats it
_HEADER_WITHIN = 10  # rows of a block, since titles and dates may be above the names
_WINDOW = 100  # rows that are looked at together
_WINDOW_TEXT = 1_000_000  # characters, likewise
_MAX_COLUMNS = 256  # whose values are compared with their names

# Shares of the rows below the names, found with the sheets of public test corpora.
_FILLED = 0.5  # of the named cells
_BEYOND = 1 / 3  # at most: rows that are longer than the names
_SURE = 0.8  # of a column's values, in a table of two columns

_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:[-/.]\d{1,2}){0,2}|(?:\d{1,2}[-/.]){1,2}(?:1[89]|20)\d\d")
_UNIT = r"(?:[a-zµ°²³%‰€$£¥]{1,4}(?:/[a-z²³]{1,4})?)"
_NUMBER = re.compile(
    rf"[-+\u2212(~<>≤≥±]*\s?(?:[€$£¥]|[A-Z]{{3}}\s)?\s?[-+\u2212]?\d[\d.,'\u2019\s]*"
    rf"(?:e[-+]?\d+)?\s?{_UNIT}?\)?",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zé]*\.?"
_DATE = re.compile(
    rf"(?:\d{{1,4}}[-/:]\d{{1,2}}(?:[-/:]\d{{1,4}})?|\d{{1,2}}\.\d{{1,2}}\.\d{{2,4}})"
    rf"(?:[T\s]\d{{1,2}}:\d\d.*)?"
    rf"|(?:\d{{1,2}}\.?\s)?{_MONTH}(?:\s\d{{1,2}},?)?\s\d{{2,4}}|\d{{1,2}}\.?\s{_MONTH}",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?=\S*\d)\S{1,40}|[^\s@]+@[^\s@]+\.[^\s@]+|\w+://\S+")
_NUMBERED_NAME = re.compile(r"[^\W\d]+\d{1,2}")  # such as Q1 or Address2
_FLAGS = {"true", "false"}
_PLACEHOLDERS = {"-", "--", "n/a", "na", "none", "null", "nil", "tbd", "unknown", "?", "x", "k.a."}


class Row(dict[int, str]):
    """The values of a row that are not blank, by column number, in order.

    `is_header` if the file itself says that they are names.
    """

    is_header = False


class Named(NamedTuple):
    """A row, with the names that are believed of its columns; none if it stands for itself."""

    row: Row
    names: Row
    is_header: bool = False


def with_names(rows: Iterable[Row]) -> Iterator[Named]:
    """Yield every row with the names of its columns, and names and blank rows without any."""
    ahead = _Ahead(rows)
    names, above = Row(), list[Row]()  # the rows above, in a block of rows without a blank one
    for row in ahead:
        if not row:
            names, above = Row(), []
            yield Named(row, names)
            continue
        is_next = bool(names) and _contradicts(row, names)
        may_name = is_next or (not names and len(above) < _HEADER_WITHIN)
        if row.is_header or (may_name and _is_header(row, ahead.below(), [] if names else above)):
            names = Row({column: name[:MAX_NAME] for column, name in row.items()})
            above.clear()
            yield Named(row, Row(), is_header=True)
            continue
        if len(above) < _HEADER_WITHIN:
            above.append(row)
        yield Named(row, names)


class _Ahead:
    """An iterator over rows that shows some of those to come."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self._ahead: deque[tuple[Row, int]] = deque()
        self._text = 0

    def __iter__(self) -> Iterator[Row]:
        self._fill()
        while self._ahead:
            row, size = self._ahead.popleft()
            self._text -= size
            self._fill()
            yield row

    def below(self) -> Iterator[Row]:
        """Yield the rows to come, up to a blank one."""
        for row, _ in self._ahead:
            if not row:
                return
            yield row

    def _fill(self) -> None:
        while len(self._ahead) < _WINDOW and self._text < _WINDOW_TEXT:
            row = next(self._rows, None)
            if row is None:
                return
            size = sum(map(len, row.values()))
            self._ahead.append((row, size))
            self._text += size


def kind_of_value(value: str) -> str:
    """Return `number`, `date`, `code` or `flag`, or nothing for words."""
    if value.lower() in _FLAGS:
        return "flag"
    if len(value) > 60:
        return ""
    if not any(map(str.isdigit, value)):
        return "code" if _CODE.fullmatch(value) else ""
    for kind, pattern in (("date", _DATE), ("number", _NUMBER), ("code", _CODE)):
        if pattern.fullmatch(value):
            return kind
    return ""


def _is_header(row: Row, below: Iterable[Row], above: Sequence[Row]) -> bool:
    """Return whether a row names the columns of those below. Only `above` it are no names yet."""
    if not _are_names(row) or _is_one_of_several(row, above):
        return False
    rows = list(_of_one_table(each for each in below if each != row))  # since it may be repeated
    if not rows:
        return False
    filled = sum(len(each.keys() & row.keys()) for each in rows)
    beyond = sum(max(each) > max(row) for each in rows)
    if filled < _FILLED * len(row) * len(rows) or beyond > _BEYOND * len(rows):
        return False
    differing = [column for column in list(row)[:_MAX_COLUMNS] if _differs(row, column, rows)]
    return bool(differing) and _begins_at_once(differing, rows)


def _of_one_table(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows up to one with words alone below data, since another table may begin there."""
    with_data: set[int] = set()
    for row in rows:
        if with_data & row.keys() and _is_all_words(row):
            return
        yield row
        with_data |= {column for column in list(row)[:_MAX_COLUMNS] if kind_of_value(row[column])}


def _is_one_of_several(row: Row, above: Sequence[Row]) -> bool:
    """Return whether the row above looks like names of the same columns.

    Then it may be a form, or the names may be above and the first values be words. Nothing is
    believed, because a mistake would be a false statement.
    """
    return bool(above) and above[-1].keys() == row.keys() and _are_names(above[-1])


def _are_names(row: Row) -> bool:
    """Return whether the values could be names: several, different, with letters or years."""
    values = list(row.values())
    if len(values) < 2 or len(set(values)) < len(values):
        return False
    if any(value.endswith(":") or value.lower() in _PLACEHOLDERS for value in values):
        return False  # as in a form, and in a row that lacks a value
    has_words = False
    for value in values:
        if any(map(str.isalpha, value)):
            if kind_of_value(value) and not _NUMBERED_NAME.fullmatch(value):
                return False
            has_words = True
        elif not _YEAR.fullmatch(value):
            return False
    return has_words


def _differs(names: Row, column: int, rows: Sequence[Row]) -> bool:
    """Return whether a column's values differ in kind from its name, in most rows.

    A table of two columns may be a list of keys and values. So all values of the second have to be
    of one kind, which keys of many sorts seldom have.
    """
    values = [row[column] for row in rows if column in row]
    values = [value for value in values if value.lower() not in _PLACEHOLDERS]
    if 2 * len(values) < len(rows):
        return False
    name = names[column]
    if _YEAR.fullmatch(name):
        data = [value for value in values if kind_of_value(value) and not _YEAR.fullmatch(value)]
        return 2 * len(data) > len(values)
    kinds = Counter(map(kind_of_value, values))
    del kinds[""], kinds[kind_of_value(name)]
    if len(names) == 2:
        if column != max(names):
            return False
        if len(rows) == 1:  # more likely two keys with their values, unless it is a number
            return bool(kinds["number"]) and not any(" " in each for each in names.values())
        return max(kinds.values(), default=0) >= _SURE * len(values)
    return 2 * sum(kinds.values()) > len(values)


def _begins_at_once(differing: Sequence[int], rows: Sequence[Row]) -> bool:
    """Return whether the first row below with a value in these columns has data there.

    Otherwise it is the row that has the names, and the one above it a line above the table.
    """
    for row in rows:
        values = [row[column] for column in differing if column in row]
        if values:
            return any(map(kind_of_value, values))
    return False


def _contradicts(row: Row, names: Row) -> bool:
    """Return whether a row inside a table might be the names of another one."""
    return row != names and _is_all_words(row) and _are_names(row)


def _is_all_words(row: Row) -> bool:
    """Return whether the values are words that are known, and more than one."""
    words = list(row.values())[:_MAX_COLUMNS]
    known = all(word.lower() not in _PLACEHOLDERS and not kind_of_value(word) for word in words)
    return len(words) > 1 and known
