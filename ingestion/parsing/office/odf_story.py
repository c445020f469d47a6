"""The paragraphs of an OpenDocument text, in the order they are written."""

from collections.abc import Iterator
from dataclasses import replace
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.office import odf
from ingestion.parsing.office.blocks import Block, Form, row, title
from ingestion.parsing.office.odf_lists import Lists
from ingestion.parsing.office.xml_parts import attribute, events

_UNREAD = {"annotation", "deletion", "forms", "meta"}
_TAGS = {
    *("list", "list-item", "list-level-style-number", "list-style", "soft-page-break"),
    *("table-cell", *_UNREAD),
}
_FORGET = ("h", "p", "table", "table-row")


class Story:
    def __init__(self, lists: Lists, first_page: int | None = None) -> None:
        self._lists = lists
        self._page = first_page
        self._heading: str | None = None
        self._pages: list[int | None] = []  # on which each open paragraph began
        self._rows: list[list[list[Block]]] = []  # open ones, of cells, of blocks
        self._aside: list[Block] = []  # what stands in a paragraph without being part of it
        self._opens_table = False
        self._ready: list[Block] = []

    def blocks(self, archive: ZipFile, part: str) -> Iterator[Block]:
        unread = 0
        with archive.open(part) as file:
            for event, tag, element in events(file, _TAGS, _FORGET):
                if tag in _UNREAD:
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

    def _start(self, tag: str, element: _Element) -> None:
        if tag in ("p", "h"):
            self._pages.append(self._page)
        elif tag == "table":
            self._opens_table = True
        elif tag == "table-row":
            self._rows.append([])
        elif tag == "table-cell" and self._rows:
            self._rows[-1].append([])
        else:
            self._lists.start(tag, element)

    def _end(self, tag: str, element: _Element) -> None:
        if tag in ("p", "h"):
            self._end_paragraph(tag, element)
        elif tag == "table-row":
            self._end_row()
        elif tag == "soft-page-break" and self._page is not None:
            self._page += 1
        else:
            self._lists.end(tag)

    def _end_paragraph(self, tag: str, element: _Element) -> None:
        page = self._pages.pop()
        text = odf.text(element)
        if tag == "h" or attribute(element, "style-name") == "Title":
            self._heading = title(text) or self._heading
        label = self._lists.label() if text else None
        if text:
            text = f"{label} {text}" if label else text
            form: Form = "paragraph" if label is None or tag == "h" else "item"
            self._place.append(Block(text, page, self._heading, form))
        if not self._pages:
            aside, self._aside = self._aside, []
            self._place.extend(replace(block, heading=self._heading) for block in aside)

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
        """Where the next block belongs."""
        if self._rows and self._rows[-1]:
            return self._rows[-1][-1]
        return self._aside if self._pages else self._ready
