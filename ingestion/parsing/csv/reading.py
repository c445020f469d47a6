"""Tables as text: every value beside the name of its column.

A chunk from the middle of a long table is then still understood: `name: Ada; born: 1815`.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from ingestion.parsing.csv.lines import LONGEST, Lines, NoTable
from ingestion.parsing.decoding import texts
from ingestion.parsing.plain import SECTION, in_sections
from ingestion.parsing.sections import Section

_DELIMITERS = ",;\t|"
_SAID = re.compile(r"sep=([,;\t|])\n")  # as Excel writes it for itself
_FIRST = 10  # lines, that tell the delimiter
_LONGEST_NAME = 200  # characters of a column's name, which every row repeats
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:[-/.]\d{1,2}){0,2}|(?:\d{1,2}[-/.]){1,2}(?:1[89]|20)\d\d")


def read_csv(path: Path) -> Iterator[Section]:
    """One line per row, without empty values.

    A file without a header row is left as it is, and so is the rest of one that stops being a
    table: after a quote that never ends, or in a line without end.
    """
    return in_sections(_gathered(_table(Lines(texts(path)))))


def _table(lines: Lines) -> Iterator[str]:
    told = False
    try:
        for line in _told(lines):
            yield f"\n{line}" if told else line
            told = True
            lines.settle()
    except (csv.Error, NoTable):
        told = False
    else:
        if told:
            return
    yield from chain(["\n"] if lines.settled else [], lines.unsettled())


def _told(lines: Lines) -> Iterator[str]:
    first = lines.first(_FIRST)
    if said := _SAID.match("".join(first)):
        next(lines)
    delimiter = said[1] if said else _delimiter(first)
    csv.field_size_limit(LONGEST)
    rows = (row for row in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, row)))
    header = [name.strip()[:_LONGEST_NAME] for name in next(rows, [])]
    second = next(rows, [])
    if not second or not _is_header(header, second):
        raise NoTable
    for row in chain([second], rows):
        yield _line(header, row)


def _delimiter(first: list[str]) -> str:
    """The one that divides the first lines into equally many values, and most of them."""

    def table(delimiter: str) -> tuple[int, int]:
        widths = [line.count(delimiter) for line in first]
        equal = sum(width == widths[0] for width in widths) if widths and widths[0] else 0
        return equal, widths[0] if widths else 0

    return max(_DELIMITERS, key=table)


def _is_header(row: list[str], second: list[str]) -> bool:
    """Several different names in words, or in years if what is below is none. A column may lack
    its name, as an index column does."""
    names = [name for name in row if name]
    in_words = {name for name in names if any(map(str.isalpha, name))}
    if len(names) < 2 or len(set(names)) < len(names) or not in_words:
        return False
    if len(in_words) == len(names):
        return True
    below = [value for name, value in zip(row, second, strict=False) if _YEAR.fullmatch(name)]
    only_years = all(name in in_words or _YEAR.fullmatch(name) for name in names)
    return only_years and any(value and not _YEAR.fullmatch(value) for value in below)


def _line(header: list[str], row: list[str]) -> str:
    names = chain(header, [""] * (len(row) - len(header)))
    values = [(name, " ".join(value.split())) for name, value in zip(names, row, strict=False)]
    return "; ".join(f"{name}: {value}" if name else value for name, value in values if value)


def _gathered(texts: Iterable[str]) -> Iterator[str]:
    """The same text in pieces of some length."""
    waiting, size = [], 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= SECTION:
            yield "".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting)
