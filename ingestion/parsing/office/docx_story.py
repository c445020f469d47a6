"""The paragraphs of one part of a Word file. They nest: a text box stands in one, and the cells of
a table hold some."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.office.blocks import MAX_SECTION, Block, Form, row, title
from ingestion.parsing.office.docx_lists import Lists
from ingestion.parsing.office.docx_styles import Style, Styles, refined
from ingestion.parsing.office.xml_parts import attribute, events

# Copies for old readers, text that was moved away, how a word is pronounced.
_UNREAD = {"Fallback", "moveFrom", "rt"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_TAGS = {"lastRenderedPageBreak", "pPr", "t", "tc", *_SIGNS, *_UNREAD}
_FORGET = ("p", "tbl", "tr")


@dataclass
class _Paragraph:
    style: Style
    text: list[str] = field(default_factory=list)
    length: int = 0
    has_begun: bool = False  # part of it was given away, at a page's end
    is_item: bool = False


class Story:
    def __init__(self, styles: Styles, lists: Lists, first_page: int | None = None) -> None:
        self._styles = styles
        self._lists = lists
        self._page = first_page
        self._heading: str | None = None
        self._paragraphs: list[_Paragraph] = []  # open ones
        self._rows: list[list[list[Block]]] = []  # open ones, of cells, of blocks
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
                    self._start(tag)
                else:
                    self._end(tag, element)
                if self._ready and not self._rows:
                    yield from self._ready
                    self._ready.clear()

    def _start(self, tag: str) -> None:
        if tag == "p":
            self._paragraphs.append(_Paragraph(self._styles.named(None)))
        elif tag == "tbl":
            self._opens_table = True
        elif tag == "tr":
            self._rows.append([])
        elif tag == "tc" and self._rows:
            self._rows[-1].append([])

    def _end(self, tag: str, element: _Element) -> None:
        if tag == "tr":
            self._end_row()
        elif not self._paragraphs:
            return
        elif tag == "t":
            self._write(element.text or "")
        elif tag in _SIGNS:
            self._write(_SIGNS[tag])
        elif tag == "pPr":
            self._settle(element)
        elif tag == "lastRenderedPageBreak":
            self._break_page()
        elif tag == "p":
            self._give(self._paragraphs[-1], ends=True)
            self._paragraphs.pop()

    def _settle(self, settings: _Element) -> None:
        paragraph = self._paragraphs[-1]
        paragraph.text.clear()  # tab stops, which have the name of tabs
        style = self._styles.named(attribute(settings.find("{*}pStyle"), "val"))
        paragraph.style = refined(style, settings)

    def _write(self, text: str) -> None:
        paragraph = self._paragraphs[-1]
        paragraph.text.append(text)
        paragraph.length += len(text)
        if paragraph.length > MAX_SECTION and self._stands_alone:
            self._give(paragraph)

    def _break_page(self) -> None:
        if self._page is None:
            return
        if self._stands_alone:
            self._give(self._paragraphs[-1])
        self._page += 1

    @property
    def _stands_alone(self) -> bool:
        """Whether the paragraph being read is in no table and in no other paragraph."""
        return not self._rows and len(self._paragraphs) == 1

    def _give(self, paragraph: _Paragraph, *, ends: bool = False) -> None:
        """As a block, what has been read of a paragraph."""
        text = "".join(paragraph.text)
        text = text.rstrip() if ends else text
        if not paragraph.has_begun:
            text = self._opening(paragraph, text.lstrip(), ends=ends)
        paragraph.text.clear()
        paragraph.length = 0
        if text:
            form: Form = "item" if paragraph.is_item else "paragraph"
            block = Block(text, self._page, self._heading, form, glued=paragraph.has_begun)
            self._place.append(block)
            paragraph.has_begun = True

    def _opening(self, paragraph: _Paragraph, text: str, *, ends: bool) -> str:
        if not text and not ends:
            return ""
        style = paragraph.style
        label = self._lists.label(style.list_id, style.level, style.numbered_by)
        if text and label:
            text = f"{label} {text}"
        if style.is_heading:
            self._heading = title(text) or self._heading
        paragraph.is_item = label is not None and not style.is_heading
        return text

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
