"""CSV, TSV and the like as text: every value beside the name of its column.

A chunk from the middle of a long table is then still understood: `name: Ada; born: 1815`.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

from ingestion.parsing.decoding import texts
from ingestion.parsing.sections import SECTION, Section, in_sections

MAX_ROW = 16_000_000  # characters of a row: a million values, or a book, and hardly a table

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"sep=([,;\t|])\n")  # as Excel writes it for itself
_SAMPLE_LINES = 10  # from which the delimiter is guessed
_MAX_NAME = 200  # characters of a column's name, which every row repeats
_LINE_COST = 64  # characters: what a line takes in memory beside its own
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:[-/.]\d{1,2}){0,2}|(?:\d{1,2}[-/.]){1,2}(?:1[89]|20)\d\d")


class NotATable(Exception):
    """The text is not, or no longer, made of rows."""


def read_csv(path: Path) -> Iterator[Section]:
    """Yield one line per row, without empty values.

    A file without a header row is left as it is, and so is the rest of one that stops being a
    table: after a quote that never ends, or in a line without end.
    """
    return in_sections(_batched(_rows_and_rest(Lines(texts(path)))))


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
    """Return the one that divides most of the lines into equally many values, then the most."""

    def rank(delimiter: str) -> tuple[int, int]:
        widths = [line.count(delimiter) for line in sample]
        equal = sum(width == widths[0] for width in widths) if widths and widths[0] else 0
        return equal, widths[0] if widths else 0

    return max(_DELIMITERS, key=rank)


def _is_header(row: list[str], second: list[str]) -> bool:
    """Return whether the first row names the columns: several different names in words, or in
    years if what is below is none. A column may lack its name, as an index column does."""
    names = [name for name in row if name]
    in_words = {name for name in names if any(map(str.isalpha, name))}
    if len(names) < 2 or len(set(names)) < len(names) or not in_words:
        return False
    if len(in_words) == len(names):
        return True
    below = [value for name, value in zip(row, second, strict=False) if _YEAR.fullmatch(name)]
    only_years = all(name in in_words or _YEAR.fullmatch(name) for name in names)
    return only_years and any(value and not _YEAR.fullmatch(value) for value in below)


def _batched(texts: Iterable[str]) -> Iterator[str]:
    """Yield the same text in pieces of about the length of a section."""
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
    """Iterates over the lines of a text that comes in pieces, and keeps those not used yet.

    A reader calls `commit` when it has made use of the lines it took. The others can still be had
    as they were, by `uncommitted`.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.has_committed = False
        self._pieces = iter(pieces)
        self._partial = ""  # a line whose end has not come yet
        self._ahead: list[str] = []  # whole lines, the next one last
        self._uncommitted: list[str] = []
        self._held = 0  # characters of these

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
        """Return the first lines with something in them, without taking them."""
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
        """Read on up to the next line end. Return whether there is another line."""
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
        if not lines and self._partial:  # the last line, which nothing ends
            self._ahead, self._partial = [self._partial], ""
        return bool(self._ahead)
