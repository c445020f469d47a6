from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, row
from ingestion.parsing.containers.xml_parts import events


class Story(ABC):
    """The blocks of one part of a document, in the order they are written, its tables by rows."""

    unread: ClassVar[set[str]]  # tags of elements that are passed over with all they hold
    tags: ClassVar[set[str]]  # what `_start` and `_end` are told of, and all of `unread`
    forgotten: ClassVar[tuple[str, ...]]  # they are told of these too, which are then emptied

    def __init__(self) -> None:
        self._rows: list[list[list[Block]]] = []  # open ones, of cells, of blocks
        self._opens_table = False
        self._ready: list[Block] = []

    def blocks(self, archive: ZipFile, part: str) -> Iterator[Block]:
        unread = 0
        with archive.open(part) as file:
            for event, tag, element in events(file, self.tags, self.forgotten):
                if tag in self.unread:
                    unread += 1 if event == "start" else -1
                elif unread:
                    continue
                elif event == "start":
                    self._start(tag, element)
                else:
                    self._end(tag, element)
                if self._ready and not self._rows:
                    yield from self._ready
                    self._ready.clear()

    @abstractmethod
    def _start(self, tag: str, element: _Element) -> None: ...

    @abstractmethod
    def _end(self, tag: str, element: _Element) -> None: ...

    def _end_row(self) -> None:
        cells = self._rows.pop()
        blocks = [block for cell in cells for block in cell]
        if len(cells) == 1 or len({block.heading for block in blocks}) > 1:  # for layout only
            self._place.extend(blocks)
        elif blocks:
            text = row(" ".join(block.text for block in cell) for cell in cells)
            first, opens, self._opens_table = blocks[0], self._opens_table, False
            self._place.append(Block(text, first.page, first.heading, "row", opens=opens))

    @property
    def _place(self) -> list[Block]:
        """Where the next block belongs: in the open cell, or on the page."""
        return self._rows[-1][-1] if self._rows and self._rows[-1] else self._ready
