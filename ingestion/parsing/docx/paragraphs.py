"""The paragraphs of one part of a Word file.

Paragraphs nest, because a text box is inside one and table cells contain some. The text of a link
is read, but not its address.
"""

from dataclasses import dataclass, field

from lxml.etree import _Element

from ingestion.parsing.blocks import MAX_SECTION, Block, Form, as_title
from ingestion.parsing.blocks.tables import Story
from ingestion.parsing.containers.xml_parts import attribute
from ingestion.parsing.docx.lists import Lists
from ingestion.parsing.docx.styles import Style, Styles, with_settings

_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass
class _Paragraph:
    style: Style
    text: list[str] = field(default_factory=list)
    length: int = 0
    is_continued: bool = False  # its first part is emitted already
    is_item: bool = False


class WordStory(Story):
    table_tag, row_tag, cell_tag = "tbl", "tr", "tc"
    # Copies for old programs, text that was moved away, pronunciation guides.
    skipped = {"Fallback", "moveFrom", "rt"}
    tags = {"lastRenderedPageBreak", "pPr", "t", *_CHARACTERS}
    freed = ("p",)

    def __init__(self, styles: Styles, lists: Lists, first_page: int | None = None) -> None:
        super().__init__()
        self._styles = styles
        self._lists = lists
        self._page = first_page
        self._heading: str | None = None
        self._paragraphs: list[_Paragraph] = []  # the open ones

    def start(self, tag: str, element: _Element) -> None:
        if tag == "p":
            self._paragraphs.append(_Paragraph(self._styles.named(None)))

    def end(self, tag: str, element: _Element) -> None:
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        if tag == "t":
            self._write(element.text or "")
        elif tag in _CHARACTERS:
            self._write(_CHARACTERS[tag])
        elif tag == "pPr":
            paragraph.text.clear()  # since tab stops, read as tabs, are in it
            style = self._styles.named(attribute(element.find("{*}pStyle"), "val"))
            paragraph.style = with_settings(style, element)
        elif tag == "lastRenderedPageBreak" and self._page is not None:
            if self._is_top_level:
                self._emit(paragraph)
            self._page += 1
        elif tag == "p":
            self._emit(paragraph, ends=True)
            self._paragraphs.pop()

    def _write(self, text: str) -> None:
        paragraph = self._paragraphs[-1]
        paragraph.text.append(text)
        paragraph.length += len(text)
        if paragraph.length > MAX_SECTION and self._is_top_level:
            self._emit(paragraph)

    @property
    def _is_top_level(self) -> bool:
        """True if the open paragraph is in no table and in no other paragraph."""
        return not self._rows and len(self._paragraphs) == 1

    def _emit(self, paragraph: _Paragraph, *, ends: bool = False) -> None:
        """Append the text read so far of a paragraph, as a block."""
        text = "".join(paragraph.text)
        text = text.rstrip() if ends else text
        if not paragraph.is_continued and ((text := text.lstrip()) or ends):
            style = paragraph.style
            label = self._lists.label(style.list_id, style.level, style.numbered_by)
            if text and label:
                text = f"{label} {text}"
            if style.is_heading:
                self._heading = as_title(text) or self._heading
            paragraph.is_item = label is not None and not style.is_heading
        paragraph.text.clear()
        paragraph.length = 0
        if text:
            form: Form = "item" if paragraph.is_item else "paragraph"
            block = Block(
                text, self._page, self._heading, form, continues_last=paragraph.is_continued
            )
            self._target.append(block)
            paragraph.is_continued = True
