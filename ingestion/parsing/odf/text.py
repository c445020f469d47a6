"""OpenDocument texts, read as a stream: paragraphs and lists, then notes and text boxes.

Tables are read in `blocks.tables`.
"""

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
from ingestion.parsing.odf.content import check_content, repeated, text_of
from ingestion.parsing.sections import Section


def read_odt(path: Path) -> Iterator[Section]:
    """Yield a section per heading, and per page if the file stores page breaks.

    Headers and footers come first, each once; footnotes follow their paragraph. Comments and text
    deleted while changes were recorded are left out.
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


class _Lists:
    """The open lists, their styles, and how far each has counted."""

    def __init__(self) -> None:
        self._styles: dict[tuple[str | None, str | None], tuple[str | None, str]] = {}
        self._style: str | None = None  # the list style being defined
        self._open: list[_List] = []
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
            self._open.append(_List(attribute(element, "style-name") or above))
        elif tag == "list-item" and self._open:
            one = self._open[-1]
            one.number = as_int(attribute(element, "start-value"), one.number + 1)
            self._is_first = True

    def end(self, tag: str) -> None:
        if tag == "list" and self._open:
            self._open.pop()
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
    skipped = {"annotation", "deletion", "forms", "meta"}
    tags = {"list", "list-item", "list-level-style-number", "list-style", "soft-page-break"}
    freed = ("h", "p")

    def __init__(self, lists: _Lists, first_page: int | None = None) -> None:
        super().__init__()
        self._lists = lists
        self._page = first_page
        self._heading: str | None = None
        self._pages: list[int | None] = []  # the page on which each open paragraph began
        self._deferred: list[Block] = []  # notes and text boxes inside the open paragraph

    def start(self, tag: str, element: _Element) -> None:
        if tag in ("p", "h"):
            self._pages.append(self._page)
        else:
            self._lists.start(tag, element)

    def end(self, tag: str, element: _Element) -> None:
        if tag in ("p", "h"):
            self._end_paragraph(tag, element)
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
        text = text_of(element)
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
