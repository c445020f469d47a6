"""The paragraphs of one part of a Word file. They nest: a text box stands in one, and the cells of
a table hold some."""

from dataclasses import dataclass, field

from lxml.etree import _Element

from ingestion.parsing.blocks import MAX_SECTION, Block, Form, title
from ingestion.parsing.blocks.tables import Story
from ingestion.parsing.containers.xml_parts import attribute
from ingestion.parsing.docx.lists import Lists
from ingestion.parsing.docx.styles import Style, Styles, refined

_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass
class _Paragraph:
    style: Style
    text: list[str] = field(default_factory=list)
    length: int = 0
    has_begun: bool = False  # part of it was given away, at a page's end
    is_item: bool = False


class WordStory(Story):
    # Copies for old readers, text that was moved away, how a word is pronounced.
    unread = {"Fallback", "moveFrom", "rt"}
    tags = {"lastRenderedPageBreak", "pPr", "t", "tc", *_SIGNS, *unread}
    forgotten = ("p", "tbl", "tr")

    def __init__(self, styles: Styles, lists: Lists, first_page: int | None = None) -> None:
        super().__init__()
        self._styles = styles
        self._lists = lists
        self._page = first_page
        self._heading: str | None = None
        self._paragraphs: list[_Paragraph] = []  # open ones

    def _start(self, tag: str, element: _Element) -> None:
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
