"""Find columns of running text that a program has written across, line by line.

PDFium keeps the order in which a page is written. Most programs write one column after the other,
and tables row by row, which is how they are read. A few write the first lines of all columns, then
the second ones. They are told from tables by their text: it goes on from line to line, in small
letters, and has the full stops of sentences.
"""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.document import has_wide_characters
from ingestion.parsing.pdf.hyphens import MARK

_MIN_ROWS = 4
_MAX_COLUMNS = 6
_MAX_LINES = 1_000
_SAMPLE = 60  # parts of lines
_GAP = 9.0  # points between two columns, wider than the spaces of justified text
_INDENT = 30.0  # points by which a paragraph may begin to the right of its column
_SLACK = 6.0  # points by which the lines of a column may differ
_LINE_HEIGHT = 40.0  # points, at most
_FEW = 0.15  # share of the lines that go on in small letters

_END = re.compile(rf"\r\n|{MARK}")
_SENTENCE_END = re.compile(r"[.!?:;](?:\s|$)")
_SMALL = re.compile(r"[a-zß-öø-ÿа-яα-ω]")
_GOES_ON = re.compile(rf"[\n{MARK}]{_SMALL.pattern}")


@dataclass(frozen=True)
class Segment:
    """A part of a line between wide gaps: its place in the text, and on the page."""

    start: int
    end: int
    left: float
    right: float
    y: float


@dataclass
class _Run:
    """Neighbouring lines with gaps at the same places, between `start` and `end` of the text."""

    start: int
    end: int
    lefts: list[float]
    rows: list[list[Segment]] = field(default_factory=list)
    columns: list[list[Segment]] = field(default_factory=list)

    def add(self, row: list[Segment], end: int) -> bool:
        """Add a line, or return False if it does not fit."""
        places = [self._column_of(segment) for segment in row]
        if None in places or len(set(places)) < len(places):
            return False
        if self.rows and not 0 < self.rows[-1][0].y - row[0].y < _LINE_HEIGHT:
            return False
        self.rows.append(row)
        self.end = end
        for segment, place in zip(row, places, strict=True):
            self.columns[place or 0].append(segment)
        return True

    def _column_of(self, segment: Segment) -> int | None:
        for place, left in enumerate(self.lefts):
            next_left = self.lefts[place + 1] if place + 1 < len(self.lefts) else float("inf")
            if abs(segment.left - left) < _INDENT and segment.left < next_left - _SLACK:
                self.lefts[place] = min(left, segment.left)
                return place if segment.right < next_left else None
        return None


def written_across(text: str, textpage: Any) -> list[tuple[int, int, list[list[Segment]]]]:
    """Return the parts of PDFium's text that are columns: (start, end, lines of each column)."""
    lines = text.count("\r\n") + text.count(MARK) + 1
    if not _MIN_ROWS <= lines <= _MAX_LINES or has_wide_characters(text):
        return []
    if len(_GOES_ON.findall(text)) < _FEW * lines or not _has_gaps(textpage, lines):
        return []
    places = list(_lines(text))
    rows = [(list(_segments(text, textpage, *place)), place[1]) for place in places]
    return [(run.start, run.end, run.columns) for run in _runs(rows) if _is_running_text(text, run)]


def _has_gaps(textpage: Any, lines: int) -> bool:
    """Return whether some lines in the middle of a page have wide gaps at the same place.

    Judge by the boxes that PDFium puts around parts of lines, since there are few.
    """
    count = raw.FPDFText_CountRects(textpage, 0, -1)
    if count < 1.5 * lines:
        return False
    lefts: Counter[int] = Counter()
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    last_right = last_top = 0.0
    first = max(0, (count - _SAMPLE) // 2)
    for index in range(first, min(count, first + _SAMPLE)):
        raw.FPDFText_GetRect(textpage, index, left, top, right, bottom)
        is_same_line = abs(top.value - last_top) < _SLACK
        if is_same_line and left.value - last_right > _GAP:
            lefts[round(left.value / _SLACK)] += 1
        last_right, last_top = right.value, top.value
    return any(lefts[place] + lefts[place + 1] >= _MIN_ROWS - 1 for place in list(lefts))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _END.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)


def _segments(text: str, textpage: Any, start: int, end: int) -> Iterator[Segment]:
    """Yield the parts of a line between wide gaps."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    _, y = _origin(textpage, start)
    first, _ = _sides(textpage, start)
    space = text.find(" ", start, end)
    while space >= 0:
        after = space + 1
        while after < end and text[after].isspace():
            after += 1
        _, right = _sides(textpage, space - 1)
        left, _ = _sides(textpage, after)
        if left - right > _GAP:
            yield Segment(start, space, first, right, y)
            start, first = after, left
        space = text.find(" ", after, end)
    yield Segment(start, end, first, _sides(textpage, end - 1)[1], y)


def _sides(textpage: Any, index: int) -> tuple[float, float]:
    left, right, unused = ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharBox(textpage, index, left, right, unused, unused)
    return left.value, right.value


def _origin(textpage: Any, index: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, index, x, y)
    return x.value, y.value


def _runs(rows: list[tuple[list[Segment], int]]) -> Iterator[_Run]:
    run: _Run | None = None
    for row, end in rows:
        if run and row and run.add(row, end):
            continue
        if run:
            yield run
        run = None
        if 2 <= len(row) <= _MAX_COLUMNS:
            lefts = [segment.left for segment in row]
            run = _Run(row[0].start, end, lefts, columns=[[] for _ in row])
            run.add(row, end)
    if run:
        yield run


def _is_running_text(text: str, run: _Run) -> bool:
    full = sum(len(row) == len(run.lefts) for row in run.rows)
    if full < max(_MIN_ROWS, len(run.rows) / 2):
        return False
    for column in run.columns:
        parts = [text[segment.start : segment.end] for segment in column]
        words = sum(len(part.split()) for part in parts)
        small = sum(_SMALL.match(part) is not None for part in parts[1:])
        sentences = any(map(_SENTENCE_END.search, parts))
        if words < 2.5 * len(parts) or small < len(parts[1:]) / 2 or not sentences:
            return False
    return True
