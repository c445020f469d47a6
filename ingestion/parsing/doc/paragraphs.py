"""The paragraphs and tables of a story, such as the body or the headers, in Word before 2007."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingestion.parsing.blocks import Block, as_title, join_cells
from ingestion.parsing.doc.form_data import form_value
from ingestion.parsing.doc.lists import DocLists
from ingestion.parsing.doc.pieces import Pieces
from ingestion.parsing.doc.properties import Cell, Properties
from ingestion.parsing.doc.runs import Run, Runs
from ingestion.parsing.doc.text import shown_text

_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]?")
_COMMENT_MARK = "\x05"
_NO_RUN = Run()
_MAX_REPEATED = 1_000  # characters of a cell that spans rows, since each row repeats it


@dataclass(frozen=True)
class DocFile:
    """Everything in a file that its stories share."""

    pieces: Pieces
    properties: Properties
    runs: Runs
    lists: DocLists
    data: bytes = b""  # of form fields
    comments: Mapping[int, str] = field(default_factory=dict)  # by their marks in the body


class DocStory:
    def __init__(self, file: DocFile) -> None:
        self._file = file
        self._heading: str | None = None
        self._cell: list[str] = []
        self._cells: list[str] = []
        self._spans: dict[int, str] = {}  # the texts of cells that span rows, by their left edge
        self._remarks: list[str] = []  # the comments on the open paragraph or row

    def blocks(self, start: int, end: int) -> Iterator[Block]:
        text = self._file.pieces.text(start, end)
        for found in _PARAGRAPH.finditer(text):
            if found.group():
                yield from self._paragraph(found.group(), start + found.start())
        yield from self._row()
        yield from self._comments()

    def _paragraph(self, text: str, start: int) -> Iterator[Block]:
        last = self._file.pieces.offset(start + len(text) - 1)
        paragraph = self._file.properties.at(last)
        words = shown_text(self._runs(text, start), lambda at: form_value(self._file.data, at))
        words = words.strip()
        if _COMMENT_MARK in text and self._file.comments:
            marks = (start + at for at, one in enumerate(text) if one == _COMMENT_MARK)
            self._remarks += filter(None, (self._file.comments.get(mark) for mark in marks))
        ends_cell = text.endswith("\x07")
        # Word 95 does not say where rows end, but an empty cell begins none.
        is_blank = not (self._file.properties or words or self._cells or self._cell)
        if ends_cell and (paragraph.ends_row or is_blank):
            yield from self._row(paragraph.cells)
            yield from self._comments()
            return
        label = None
        if paragraph.list_id and words:
            label = self._file.lists.label(paragraph.list_id, paragraph.level)
        if ends_cell or paragraph.in_table:
            words = f"{label} {words}" if label and label != "-" else words
        if ends_cell:
            self._cells.append(" ".join(filter(None, [*self._cell, words])))
            self._cell.clear()
        elif paragraph.in_table:
            self._cell.append(words)
        else:
            yield from self._row()
            self._spans.clear()
            words = f"{label} {words}" if label and words else words
            if paragraph.is_heading:
                self._heading = as_title(words) or self._heading
            is_item = label is not None and not paragraph.is_heading
            if words:
                yield Block(words, None, self._heading, "item" if is_item else "paragraph")
            yield from self._comments()

    def _runs(self, text: str, start: int) -> Iterator[tuple[str, Run]]:
        """Yield the parts of a paragraph's text, which begins at this character, with their runs.

        A paragraph in plain runs is one part.
        """
        if not self._file.runs:
            yield text, _NO_RUN
            return
        at, plain = 0, []
        for first, last, offset, width in self._file.pieces.segments(start, start + len(text)):
            size = (last - first) * width
            for begin, end, run in self._file.runs.between(offset, offset + size):
                length = (end - begin + width - 1) // width
                part = text[at : at + length]
                at += length
                if run == _NO_RUN:
                    plain.append(part)
                    continue
                if plain:
                    yield "".join(plain), _NO_RUN
                    plain = []
                yield part, run
        yield "".join([*plain, text[at:]]), _NO_RUN

    def _row(self, cells: tuple[Cell, ...] = ()) -> Iterator[Block]:
        if self._cell:
            self._cells.append(" ".join(filter(None, self._cell)))
        if any(self._cells):
            self._fill_spans(cells)
            yield Block(join_cells(self._cells), None, self._heading, "row")
        self._cell.clear()
        self._cells.clear()

    def _fill_spans(self, cells: tuple[Cell, ...]) -> None:
        """Repeat the text of a cell that spans rows in the row below."""
        for number, cell in enumerate(cells[: len(self._cells)]):
            text = self._cells[number]
            if cell.is_under_span:
                self._cells[number] = text or self._spans.get(cell.left, "")
            elif cell.begins_span and len(text) <= _MAX_REPEATED:
                self._spans[cell.left] = text
            else:
                self._spans.pop(cell.left, None)

    def _comments(self) -> Iterator[Block]:
        for remark in self._remarks:
            yield Block(remark, None, self._heading)
        self._remarks.clear()
