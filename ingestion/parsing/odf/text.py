"""OpenDocument texts, read as a stream: paragraphs and lists, then notes and text boxes.

Tables are read in `blocks.tables`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks import Block, Form, as_title, deduplicated, sections
from ingestion.parsing.blocks.list_numbers import list_number
from ingestion.parsing.blocks.tables import Cell, Story
from ingestion.parsing.containers.part_names import has_part
from ingestion.parsing.containers.xml_parts import as_int, attribute, mentions, open_package
from ingestion.parsing.odf.content import REMARK, check_content, repeated, text_of
from ingestion.parsing.sections import Section


def read_odt(path: Path) -> Iterator[Section]:
    """Yield a section per heading, and per page if the file stores page breaks.

    Headers and footers come first, each once; footnotes follow their paragraph. Text that was
    deleted while changes were recorded is left out.
    """
    with open_package(path) as archive:
        check_content(archive)
        yield from sections(_blocks(archive))


def _blocks(archive: ZipFile) -> Iterator[Block | Section]:
    lists = _Lists()
    if has_part(archive, "styles.xml"):
        yield from deduplicated(_OpenStory(lists).blocks(archive, "styles.xml"))
    first_page = 1 if mentions(archive, "content.xml", b"text:soft-page-break") else None
    yield from _OpenStory(lists, first_page).blocks(archive, "content.xml")


@dataclass
class _List:
    style: str | None
    number: int = 0
    id: str | None = None


class _Lists:
    """The open lists, their styles, and how far each has counted."""

    def __init__(self) -> None:
        self._styles: dict[tuple[str | None, str | None], tuple[str | None, str]] = {}
        self._style: str | None = None  # the list style being defined
        self._open: list[_List] = []
        self._last: dict[tuple[int, str | None], int] = {}  # numbers by level and style
        self._by_id: dict[str, int] = {}  # the last number of lists with an id
        self._is_first = False  # whether the next paragraph is the first of its item

    def start(self, tag: str, element: _Element) -> None:
        if tag == "list-style":
            self._style = attribute(element, "name")
        elif tag == "list-level-style-number":
            level = self._style, attribute(element, "level")
            suffix = attribute(element, "num-suffix") or ""
            self._styles[level] = attribute(element, "num-format"), suffix
        elif tag == "list":
            above = self._open[-1].style if self._open else None
            one = _List(attribute(element, "style-name") or above, id=attribute(element, "id"))
            if earlier := attribute(element, "continue-list"):
                one.number = self._by_id.get(earlier, 0)
            elif attribute(element, "continue-numbering") == "true":
                one.number = self._last.get((len(self._open), one.style), 0)
            self._open.append(one)
        elif tag == "list-item" and self._open:
            one = self._open[-1]
            one.number = as_int(attribute(element, "start-value"), one.number + 1)
            self._is_first = True

    def end(self, tag: str) -> None:
        if tag == "list" and self._open:
            one = self._open.pop()
            self._last[len(self._open), one.style] = one.number
            if one.id:
                self._by_id[one.id] = one.number
        elif tag == "list-item":
            self._is_first = False

    def label(self) -> str | None:
        """Return the label of the next paragraph, or None outside lists.

        It is a number, `-` for a bullet, or empty if the paragraph is not the first of its item.
        """
        if not self._open:
            return None
        if not self._is_first:
            return ""
        self._is_first = False
        numbered = self._styles.get((self._open[-1].style, str(len(self._open))))
        if numbered is None:
            return "-"
        format_, suffix = numbered
        return list_number(self._open[-1].number, format_) + suffix if format_ else ""


class _OpenStory(Story):
    table_tag, row_tag = "table", "table-row"
    cell_tags = ("table-cell", "covered-table-cell")
    skipped = {"deletion", "forms", "meta"}
    tags = {
        *("annotation", "list", "list-item", "list-level-style-number", "list-style"),
        *("soft-page-break", "style", "text-properties"),
    }
    freed = ("h", "p")

    def __init__(self, lists: _Lists, first_page: int | None = None) -> None:
        super().__init__()
        self._lists = lists
        self._page = first_page
        self._heading: str | None = None
        self._pages: list[int | None] = []  # the page on which each open paragraph began
        self._deferred: list[Block] = []  # notes and text boxes inside the open paragraph
        self._style: str | None = None  # the style being defined
        self._raised: set[str | None] = set()  # the styles of superscripts
        self._remarks: list[list[str]] = []  # the paragraphs of open ones

    def start(self, tag: str, element: _Element) -> None:
        if tag in ("p", "h"):
            self._pages.append(self._page)
        elif tag == "annotation":
            self._remarks.append([])
        elif tag == "style":
            self._style = attribute(element, "name")
        elif tag == "text-properties":
            position = attribute(element, "text-position") or ""
            if position.startswith("super") or re.match(r"[1-9]\d*%", position):
                self._raised.add(self._style)
        else:
            self._lists.start(tag, element)

    def end(self, tag: str, element: _Element) -> None:
        if tag in ("p", "h"):
            self._end_paragraph(tag, element)
        elif tag == "annotation":
            # Its paragraphs are freed before the paragraph around it ends.
            element.set(REMARK, " ".join(filter(None, self._remarks.pop())))
        elif tag == "soft-page-break" and self._page is not None:
            self._page += 1
        else:
            self._lists.end(tag)

    def cell(self, element: _Element) -> Cell:
        """Return a cell with its spans. Covered cells follow it, in the same row and in others."""
        if not element.tag.endswith("covered-table-cell"):
            covers = repeated(element, "number-columns-spanned") - 1
            return Cell(rows=repeated(element, "number-rows-spanned"), covers=covers)
        columns = repeated(element, "number-columns-repeated")
        before = self._rows[-1].cells[-1:]
        if before and before[0].covers > 0:
            covers = before[0].covers - columns
            return Cell(columns=columns, is_beside_span=True, covers=covers)
        return Cell(columns=columns, is_under_span=True)

    def _end_paragraph(self, tag: str, element: _Element) -> None:
        page = self._pages.pop()
        text = text_of(element, self._raised)
        if self._remarks:
            self._remarks[-1].append(text)
            return
        if tag == "h" or attribute(element, "style-name") == "Title":
            self._heading = as_title(text) or self._heading
        label = self._lists.label() if text else None
        if text:
            text = f"{label} {text}" if label else text
            form: Form = "paragraph" if label is None or tag == "h" else "item"
            self._target.append(Block(text, page, self._heading, form))
        if not self._pages:
            deferred, self._deferred = self._deferred, []
            self._target.extend(replace(block, heading=self._heading) for block in deferred)

    @property
    def _target(self) -> list[Block]:
        place = super()._target
        return self._deferred if self._pages and place is self._ready else place
