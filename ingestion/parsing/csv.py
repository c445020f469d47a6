"""CSV, TSV and similar tables as text, with each value beside the name of its column.

So a chunk from the middle of a long table still makes sense: `name: Ada; born: 1815`.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from ingestion.parsing.column_names import Row, with_names
from ingestion.parsing.decoding import texts
from ingestion.parsing.sections import SECTION, Section, in_sections

MAX_ROW = 16_000_000  # characters: enough for a million values, or for a book in one value

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"sep=([,;\t|])\n", re.IGNORECASE)  # a hint that Excel writes and reads
_SAMPLE_LINES = 40  # to guess the delimiter from
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SPACED = 0.4  # the share of blank lines in a table that is written with a blank line after each
_LINE_COST = 64  # characters: the memory of a line on top of its text


class NotATable(Exception):
    """The text is not a table, or has stopped being one."""


class Record(Row):
    """A row with the text that it was read from."""

    raw = ""


def read_csv(path: Path) -> Iterator[Section]:
    """Yield a line per row, without empty values. Rows whose columns have no names are left as
    they are.

    So is the rest of a file that stops being a table, because a quote never closes or a row exceeds
    the limit.
    """
    return in_sections(_batch(_texts(Lines(texts(path)))))


def _texts(lines: "Lines") -> Iterator[str]:
    """Yield the rows and what is between them, with line ends between the pieces."""
    pending = ""
    for row, names, is_header in with_names(_records(lines)):
        if isinstance(row, Record) and not names and not is_header:
            yield pending + (row.raw if row else "\n")
            pending = ""
        elif not is_header:
            yield pending + _line(row, names)
            pending = "\n"
    rest = lines.uncommitted()
    for text in rest:
        if text:
            yield pending + text
            pending = ""


def _line(row: Row, names: Row) -> str:
    values = ((names.get(column), value) for column, value in row.items())
    return "; ".join(f"{name}: {value}" if name else value for name, value in values)


def _records(lines: "Lines") -> Iterator[Record]:
    """Yield the rows of the table, up to where it stops being one.

    Rows without values are blank, which ends a table's names, unless each row has one after it.
    """
    sample = lines.first(_SAMPLE_LINES)
    skips_blank = sum(not line.strip() for line in sample) >= _SPACED * len(sample)
    if sep_line := _SEP_LINE.match(next(iter(sample), "")):
        next(lines)
        lines.take()
    delimiter = sep_line[1] if sep_line else _delimiter(sample)
    csv.field_size_limit(MAX_ROW)
    try:
        for values in csv.reader(lines, delimiter=delimiter):
            record = Record(
                {
                    column: " ".join(value.split())
                    for column, value in enumerate(values)
                    if value.strip()
                }
            )
            record.raw = lines.take()
            if record or not skips_blank:
                yield record
    except (csv.Error, NotATable):
        return


def _delimiter(sample: list[str]) -> str:
    """Return the delimiter that splits the most lines into equally many values.

    Of several, it is the one that yields the most values. Those in quotes do not count. The lines
    may begin with some that are no rows.
    """
    text = _QUOTED.sub("", "".join(sample))
    lines = [line for line in text.split("\n") if line.strip()]

    def rank(delimiter: str) -> tuple[int, int]:
        widths = Counter(width for line in lines if (width := line.count(delimiter)))
        width, times = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return times, width

    return max(_DELIMITERS, key=rank)


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

    The reader calls `take` once it has used the lines it took. `uncommitted` yields all others
    unchanged.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
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
        """Return the first `count` lines, without taking them. Leave out blank ones before them."""
        if not self._ahead:
            self._fill()
        lines = list(islice(reversed(self._ahead), count))
        while lines and not lines[0].strip():
            lines.pop(0)
        return lines

    def take(self) -> str:
        """Return the text of the lines that were taken last, and forget them."""
        text = "".join(self._uncommitted)
        self._uncommitted.clear()
        self._held = 0
        return text

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
