"""The paragraphs of an OpenDocument text, in the order they are written."""

from dataclasses import replace

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, Form, title
from ingestion.parsing.blocks.tables import Story
from ingestion.parsing.containers.xml_parts import attribute
from ingestion.parsing.odf import content
from ingestion.parsing.odf.lists import Lists


class OpenStory(Story):
    unread = {"annotation", "deletion", "forms", "meta"}
    tags = {
        *("list", "list-item", "list-level-style-number", "list-style", "soft-page-break"),
        *("table-cell", *unread),
    }
    forgotten = ("h", "p", "table", "table-row")

    def __init__(self, lists: Lists, first_page: int | None = None) -> None:
        super().__init__()
        self._lists = lists
        self._page = first_page
        self._heading: str | None = None
        self._pages: list[int | None] = []  # on which each open paragraph began
        self._aside: list[Block] = []  # what stands in a paragraph without being part of it

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
        text = content.text(element)
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

    @property
    def _place(self) -> list[Block]:
        place = super()._place
        return self._aside if self._pages and place is self._ready else place
