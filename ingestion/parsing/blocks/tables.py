"""A base class for the readers of docx and odt, which handles their tables.

Each row becomes a block, with nested tables inside it. The text of a cell that spans rows is
repeated in each, so that a row makes sense alone. That of a cell that spans columns is in the first
of them, and the others are blank, so that the columns stay aligned.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, ClassVar
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, join_cells
from ingestion.parsing.containers.xml_parts import events

MAX_COLUMNS = 1_000  # since a hostile cell spans millions
_MAX_REPEATED = 1_000  # characters of a cell that spans rows, since each row repeats it


@dataclass
class Cell:
    """An open cell, which spans some columns and rows."""

    blocks: list[Block] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    is_under_span: bool = False  # a cell above spans this place
    is_beside_span: bool = False  # a cell on the left spans this place
    covers: int = 0  # columns on the right that it spans, if those have cells of their own


@dataclass
class _Row:
    cells: list[Cell] = field(default_factory=list)
    skipped: int = 0  # columns before the first cell


@dataclass
class _Table:
    """An open table, with the texts and remaining rows of spanning cells by their first column."""

    spans: dict[int, tuple[str, int]] = field(default_factory=dict)

    def texts(self, row: _Row) -> Iterator[str]:
        """Yield the text of each column of a row, up to its last cell."""
        column = min(row.skipped, MAX_COLUMNS)
        yield from [""] * column
        for cell in row.cells:
            text = " ".join(block.text for block in cell.blocks)
            above, rows = self.spans.pop(column, ("", 0))
            if cell.is_under_span:
                text = text or above
            else:
                above, rows = text if len(text) <= _MAX_REPEATED else "", cell.rows
            if rows > 1:
                self.spans[column] = above, rows - 1
            yield text
            columns = max(1, min(cell.columns, MAX_COLUMNS - column))
            if cell is not row.cells[-1]:
                yield from [""] * (columns - 1)
            column += columns


class Story(ABC):
    """The blocks of one XML part, such as the body or the headers, in document order.

    This class reads tables. A subclass reads paragraphs and appends their blocks to `_target`.
    """

    table_tag: ClassVar[str]
    row_tag: ClassVar[str]
    cell_tags: ClassVar[tuple[str, ...]]
    skipped: ClassVar[set[str]]  # tags of elements to skip with their content
    tags: ClassVar[set[str]]  # tags to call `start` and `end` for
    freed: ClassVar[tuple[str, ...]]  # more such tags, whose elements are emptied after `end`

    def __init__(self) -> None:
        self._rows: list[_Row] = []  # open rows
        self._tables: list[_Table] = []  # open tables
        self._starts_table = False  # the next row is a table's first
        self._ready: list[Block] = []

    def blocks(self, archive: ZipFile, part: str) -> Iterator[Block]:
        with archive.open(part) as file:
            yield from self.blocks_in(file)

    def blocks_in(self, file: IO[bytes]) -> Iterator[Block]:
        open_skipped = 0
        tags = {*self.cell_tags, *self.tags, *self.skipped}
        freed = {self.table_tag, self.row_tag, *self.freed}
        in_tables = {self.table_tag, self.row_tag, *self.cell_tags}
        for event, tag, element in events(file, tags, freed):
            if tag in self.skipped:
                open_skipped += 1 if event == "start" else -1
            elif open_skipped:
                continue
            elif tag not in in_tables:
                (self.start if event == "start" else self.end)(tag, element)
            elif event == "end":
                self._end_in_table(tag)
            else:
                self._start_in_table(tag, element)
            if self._ready and not self._rows:
                yield from self._ready
                self._ready.clear()

    @abstractmethod
    def start(self, tag: str, element: _Element) -> None: ...

    @abstractmethod
    def end(self, tag: str, element: _Element) -> None: ...

    def cell(self, element: _Element) -> Cell:
        """Return a new cell of the open row. A subclass reads its spans."""
        return Cell()

    def _start_in_table(self, tag: str, element: _Element) -> None:
        if tag == self.table_tag:
            self._tables.append(_Table())
            self._starts_table = True
        elif tag == self.row_tag:
            self._rows.append(_Row())
        elif self._rows:
            self._rows[-1].cells.append(self.cell(element))

    def _end_in_table(self, tag: str) -> None:
        if tag == self.row_tag and self._rows:
            self._end_row()
        elif tag == self.table_tag and self._tables:
            self._tables.pop()

    def _end_row(self) -> None:
        row = self._rows.pop()
        blocks = [block for cell in row.cells for block in cell.blocks]
        table = self._tables[-1] if self._tables else _Table()
        texts = list(table.texts(row))
        columns = sum(not cell.is_beside_span for cell in row.cells)
        is_layout = columns == 1 or len({block.heading for block in blocks}) > 1
        if is_layout:
            self._target.extend(blocks)
        elif blocks:
            first, starts_table, self._starts_table = blocks[0], self._starts_table, False
            text = join_cells(texts)
            self._target.append(
                Block(text, first.page, first.heading, "row", starts_table=starts_table)
            )

    @property
    def _target(self) -> list[Block]:
        """The list to append the next block to: the open cell's, or else the finished blocks."""
        cells = self._rows[-1].cells if self._rows else []
        return cells[-1].blocks if cells else self._ready
