"""CSV, TSV and similar tables as text, with each value beside the name of its column.

So a chunk from the middle of a long table still makes sense: `name: Ada; born: 1815`.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from ingestion.parsing.decoding import texts
from ingestion.parsing.sections import SECTION, Section, in_sections

MAX_ROW = 16_000_000  # characters: enough for a million values, or for a book in one value

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"sep=([,;\t|])\n")  # a hint that Excel writes and reads
_SAMPLE_LINES = 10  # to guess the delimiter from
_MAX_NAME = 200  # characters of a column's name, since every row repeats it
_LINE_COST = 64  # characters: the memory of a line on top of its text
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:[-/.]\d{1,2}){0,2}|(?:\d{1,2}[-/.]){1,2}(?:1[89]|20)\d\d")


class NotATable(Exception):
    """The text is not a table, or has stopped being one."""


def read_csv(path: Path) -> Iterator[Section]:
    """Yield one line per row, without empty values.

    A file without a header row is left as it is. So is the rest of a file that stops being a
    table, because a quote never closes or a row exceeds the limit.
    """
    return in_sections(_batch(_rows_and_rest(Lines(texts(path)))))


def _rows_and_rest(lines: "Lines") -> Iterator[str]:
    with suppress(csv.Error, NotATable):
        for row in _rows(lines):
            yield f"\n{row}" if lines.has_committed else row
            lines.commit()
        return
    yield from chain(["\n"] if lines.has_committed else [], lines.uncommitted())


def _rows(lines: "Lines") -> Iterator[str]:
    """Yield each row as `name: value; name: value`. Raises NotATable if there is no header row."""
    sample = lines.first(_SAMPLE_LINES)
    if sep_line := _SEP_LINE.match("".join(sample)):
        next(lines)
    delimiter = sep_line[1] if sep_line else _delimiter(sample)
    csv.field_size_limit(MAX_ROW)
    rows = (row for row in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, row)))
    header = [name.strip()[:_MAX_NAME] for name in next(rows, [])]
    second = next(rows, [])
    if not second or not _is_header(header, second):
        raise NotATable
    for row in chain([second], rows):
        names = chain(header, [""] * (len(row) - len(header)))
        values = [(name, " ".join(value.split())) for name, value in zip(names, row, strict=False)]
        yield "; ".join(f"{name}: {value}" if name else value for name, value in values if value)


def _delimiter(sample: list[str]) -> str:
    """Return the delimiter that splits the most lines into equally many values.

    Of several, it is the one that yields the most values.
    """

    def rank(delimiter: str) -> tuple[int, int]:
        widths = [line.count(delimiter) for line in sample]
        equal = sum(width == widths[0] for width in widths) if widths and widths[0] else 0
        return equal, widths[0] if widths else 0

    return max(_DELIMITERS, key=rank)


def _is_header(row: list[str], second: list[str]) -> bool:
    """Return whether the first row names the columns.

    It does if it holds several different names that contain letters. Some may be years instead, if
    a value below a year is not a year. A column may lack a name, since index columns do.
    """
    names = [name for name in row if name]
    in_words = {name for name in names if any(map(str.isalpha, name))}
    if len(names) < 2 or len(set(names)) < len(names) or not in_words:
        return False
    if len(in_words) == len(names):
        return True
    below = [value for name, value in zip(row, second, strict=False) if _YEAR.fullmatch(name)]
    only_years = all(name in in_words or _YEAR.fullmatch(name) for name in names)
    return only_years and any(value and not _YEAR.fullmatch(value) for value in below)


def _batch(texts: Iterable[str]) -> Iterator[str]:
    """Join texts to pieces of about the length of a section."""
    waiting, size = [], 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= SECTION:
            yield "".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting)


class Lines:
    """An iterator over the lines of a text that comes in pieces, which keeps the uncommitted ones.

    The reader calls `commit` once it has used the lines it took. `uncommitted` yields all others
    unchanged.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.has_committed = False
        self._pieces = iter(pieces)
        self._partial = ""  # a line whose end has not been read yet
        self._ahead: list[str] = []  # whole lines, the next one last
        self._uncommitted: list[str] = []
        self._held = 0  # characters of the uncommitted lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while not self._ahead:
            if not self._fill():
                if sum(line.count('"') for line in self._uncommitted) % 2:
                    raise NotATable  # a quote is still open
                raise StopIteration
        line = self._ahead.pop()
        self._uncommitted.append(line)
        self._held += len(line) + _LINE_COST
        if self._held > MAX_ROW:
            raise NotATable
        return line

    def first(self, count: int) -> list[str]:
        """Return the first `count` lines that are not blank, without taking them."""
        if not self._ahead:
            self._fill()
        return list(islice((line for line in reversed(self._ahead) if line.strip()), count))

    def commit(self) -> None:
        self._uncommitted.clear()
        self._held = 0
        self.has_committed = True

    def uncommitted(self) -> Iterator[str]:
        yield from self._uncommitted
        yield from reversed(self._ahead)
        yield self._partial
        yield from self._pieces

    def _fill(self) -> bool:
        """Read up to the next line end. Return whether there is another line."""
        parts = [self._partial]
        size = len(self._partial)
        for piece in self._pieces:
            parts.append(piece)
            size += len(piece)
            if "\n" in piece:
                break
            if size > MAX_ROW:
                self._partial = "".join(parts)
                raise NotATable
        *lines, self._partial = "".join(parts).split("\n")
        self._ahead = [f"{line}\n" for line in reversed(lines)]
        if not lines and self._partial:  # the last line, without a line end
            self._ahead, self._partial = [self._partial], ""
        return bool(self._ahead)
