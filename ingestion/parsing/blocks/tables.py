"""A base class for the readers of docx and odt, which handles their tables.

Each row becomes a block, with nested tables inside it. A cell that spans several columns or rows
appears once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, join_cells
from ingestion.parsing.containers.xml_parts import events


class Story(ABC):
    """The blocks of one XML part, such as the body or the headers, in document order.

    This class reads tables. A subclass reads paragraphs and appends their blocks to `_target`.
    """

    table_tag: ClassVar[str]
    row_tag: ClassVar[str]
    cell_tag: ClassVar[str]
    skipped: ClassVar[set[str]]  # tags of elements to skip with their content
    tags: ClassVar[set[str]]  # tags to call `start` and `end` for
    freed: ClassVar[tuple[str, ...]]  # more such tags, whose elements are emptied after `end`

    def __init__(self) -> None:
        self._rows: list[list[list[Block]]] = []  # open rows, each a list of cells of blocks
        self._starts_table = False  # the next row is a table's first
        self._ready: list[Block] = []

    def blocks(self, archive: ZipFile, part: str) -> Iterator[Block]:
        open_skipped = 0
        tags = {self.cell_tag, *self.tags, *self.skipped}
        freed = {self.table_tag, self.row_tag, *self.freed}
        in_tables = {self.table_tag, self.row_tag, self.cell_tag}
        with archive.open(part) as file:
            for event, tag, element in events(file, tags, freed):
                if tag in self.skipped:
                    open_skipped += 1 if event == "start" else -1
                elif open_skipped:
                    continue
                elif tag not in in_tables:
                    (self.start if event == "start" else self.end)(tag, element)
                elif event == "end":
                    if tag == self.row_tag:
                        self._end_row()
                elif tag == self.table_tag:
                    self._starts_table = True
                elif tag == self.row_tag:
                    self._rows.append([])
                elif self._rows:
                    self._rows[-1].append([])
                if self._ready and not self._rows:
                    yield from self._ready
                    self._ready.clear()

    @abstractmethod
    def start(self, tag: str, element: _Element) -> None: ...

    @abstractmethod
    def end(self, tag: str, element: _Element) -> None: ...

    def _end_row(self) -> None:
        cells = self._rows.pop()
        blocks = [block for cell in cells for block in cell]
        is_layout = len(cells) == 1 or len({block.heading for block in blocks}) > 1
        if is_layout:
            self._target.extend(blocks)
        elif blocks:
            text = join_cells(" ".join(block.text for block in cell) for cell in cells)
            first, starts_table, self._starts_table = blocks[0], self._starts_table, False
            self._target.append(
                Block(text, first.page, first.heading, "row", starts_table=starts_table)
            )

    @property
    def _target(self) -> list[Block]:
        """The list to append the next block to: the open cell's, or else the finished blocks."""
        return self._rows[-1][-1] if self._rows and self._rows[-1] else self._ready
