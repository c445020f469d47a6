"""The paragraphs of one part of a Word file.

Paragraphs nest, because a text box is inside one and table cells contain some.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml.etree import _Element

from ingestion.parsing.blocks import MAX_SECTION, Block, Form, as_title
from ingestion.parsing.blocks.drawing_text import address_in
from ingestion.parsing.blocks.field_codes import field_address
from ingestion.parsing.blocks.running_text import RunningText
from ingestion.parsing.blocks.tables import Cell, Story
from ingestion.parsing.containers.xml_parts import as_int, attribute, local_name
from ingestion.parsing.docx.comments import Comments
from ingestion.parsing.docx.controls import Controls
from ingestion.parsing.docx.fields import Fields
from ingestion.parsing.docx.lists import Lists
from ingestion.parsing.docx.looks import PLAIN, Look, look_of
from ingestion.parsing.docx.moves import moved_away
from ingestion.parsing.docx.styles import Style, Styles, with_settings
from ingestion.parsing.formulas import formula_text
from ingestion.parsing.inline import link, picture
from ingestion.parsing.symbol_fonts import from_symbol_font

_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OLD_SHAPES = ("shape", "rect", "group")  # of VML


@dataclass
class _Paragraph:
    style: Style
    text: RunningText = field(default_factory=RunningText)
    is_continued: bool = False  # its first part is emitted already
    is_item: bool = False
    label: str | None = None  # in a list, if it is stored and need not be counted


class WordStory(Story):
    table_tag, row_tag = "tbl", "tr"
    cell_tags = ("tc",)
    # Copies for old programs, text that was deleted or moved away, pronunciation guides.
    skipped = {"Fallback", "del", "moveFrom", "rt"}
    tags = {
        *("lastRenderedPageBreak", "pPr", "t", *_CHARACTERS),
        *("sym", "hyperlink", "hlink", "fldChar", "instrText", "fldSimple", "oMath"),
        *("sdt", "sdtPr", "docPr", "cNvPr", "textpath", *_OLD_SHAPES),
        *("moveFromRangeStart", "moveFromRangeEnd", "commentReference", "comment"),
        *("tcPr", "gridBefore"),
    }
    freed = ("p",)

    def __init__(
        self,
        styles: Styles,
        lists: Lists,
        first_page: int | None = None,
        *,
        addresses: Mapping[str, str] | None = None,
        comments: Comments | None = None,
    ) -> None:
        super().__init__()
        self.comment: tuple[str, str] = ("", "")  # the id and the author of the one being read
        self._styles = styles
        self._lists = lists
        self._page = first_page
        self._addresses = addresses or {}
        self._comments = comments
        self._heading: str | None = None
        self._paragraphs: list[_Paragraph] = []  # the open ones
        self._fields = Fields()
        self._controls = Controls()
        self._open_formulas = 0
        self._moved: frozenset[str] = frozenset()
        self._open_moves: set[str] = set()
        self._last_picture = ""
        self._remarks: list[Block] = []  # the comments on the open paragraph or table

    def blocks(self, archive: ZipFile, part: str) -> Iterator[Block]:
        self._moved = moved_away(archive, part)
        yield from super().blocks(archive, part)

    def start(self, tag: str, element: _Element) -> None:
        if tag == "p":
            self._paragraphs.append(_Paragraph(self._styles.named(None)))
        elif tag == "oMath":
            self._open_formulas += 1
        elif tag in ("hyperlink", "hlink", "fldSimple") and self._paragraphs:
            self._paragraphs[-1].text.begin_link()
        elif tag == "sdt":
            self._controls.begin()
        elif tag == "comment":
            self.comment = attribute(element, "id") or "", attribute(element, "author") or ""
        elif tag == "moveFromRangeStart" and (key := attribute(element, "id")) in self._moved:
            self._open_moves.add(key or "")

    def end(self, tag: str, element: _Element) -> None:
        if tag == "t":
            text = element.text
            if text and self._paragraphs and not self._open_formulas:
                self._write_run(element, text)
        elif act := _ACTIONS.get(tag):
            act(self, element)
        elif self._paragraphs and not self._open_formulas:
            if tag in _CHARACTERS:
                self._write(_CHARACTERS[tag])
            elif inline := _IN_PARAGRAPHS.get(tag):
                inline(self, element)

    # Elements that stand anywhere.

    def _end_paragraph(self, element: _Element) -> None:
        if self._paragraphs:
            paragraph = self._paragraphs[-1]
            if self._fields.are_open and (hidden := self._fields.end_paragraph()):
                paragraph.text.write(hidden)
            self._emit(paragraph, ends=True)
            self._paragraphs.pop()
            self._emit_remarks()

    def _end_formula(self, element: _Element) -> None:
        self._open_formulas = max(self._open_formulas - 1, 0)
        if self._paragraphs and not self._open_formulas:
            text = self._shown(formula_text(element))
            self._paragraphs[-1].text.write_formula(text)

    def _end_cell_settings(self, element: _Element) -> None:
        cells = self._rows[-1].cells if self._rows else []
        if cells:
            cell: Cell = cells[-1]
            cell.columns = max(as_int(attribute(element.find("{*}gridSpan"), "val"), 1), 1)
            merge = element.find("{*}vMerge")
            merge = element.find("{*}vmerge") if merge is None else merge
            if merge is not None:
                begins = attribute(merge, "val") == "restart"
                cell.is_under_span = not begins
                cell.rows = _TO_THE_END if begins else 1

    def _end_columns_before(self, element: _Element) -> None:
        if self._rows:
            self._rows[-1].skipped = max(as_int(attribute(element, "val"), 0), 0)

    def _end_move(self, element: _Element) -> None:
        self._open_moves.discard(attribute(element, "id") or "")

    def _end_comment_reference(self, element: _Element) -> None:
        if self._comments and (text := self._comments.take(attribute(element, "id") or "")):
            self._remarks.append(Block(text))

    # Elements inside a paragraph.

    def _end_paragraph_settings(self, element: _Element) -> None:
        paragraph = self._paragraphs[-1]
        paragraph.text.take()  # since tab stops, read as tabs, are in it
        style = self._styles.named(attribute(element.find("{*}pStyle"), "val"))
        paragraph.style = with_settings(style, element)

    def _end_page(self, element: _Element) -> None:
        if self._page is not None:
            if self._is_top_level:
                self._emit(self._paragraphs[-1])
            self._page += 1

    def _end_symbol(self, element: _Element) -> None:
        parent = element.getparent()
        if parent is not None and local_name(parent) == "rPr":
            return  # a copy, which Word 2003 writes for other programs
        try:
            character = chr(int(attribute(element, "char") or "", 16))
        except (ValueError, OverflowError):
            return
        shown = from_symbol_font(attribute(element, "font") or "", character)
        self._write(shown, is_raised=bool(self._look(element).is_raised))

    def _end_link(self, element: _Element) -> None:
        address = attribute(element, "dest") or ""  # of Word 2003
        address = address or self._addresses.get(attribute(element, "id") or "", "")
        place = attribute(element, "anchor") or attribute(element, "bookmark")
        shown = f"{address}#{place}" if address and place else address
        self._paragraphs[-1].text.end_link(shown)

    def _end_simple_field(self, element: _Element) -> None:
        self._paragraphs[-1].text.end_link(field_address(attribute(element, "instr") or ""))

    def _end_field_mark(self, element: _Element) -> None:
        text = self._paragraphs[-1].text
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            hides = self._fields.hides("")
            value = self._fields.begin(element)
            if value and not hides:
                text.write(self._shown(value))
        elif kind == "separate":
            if self._fields.separate():
                text.begin_link()
        elif kind == "end":
            shown, address = self._fields.end()
            if shown[:1].isdigit() and not self._fields.hides(""):
                text.write_formula(self._shown(shown))
            elif shown:
                self._write(shown)
            if address:
                text.end_link(address)

    def _end_instruction(self, element: _Element) -> None:
        self._fields.instruct(element.text or "")

    def _end_control_settings(self, element: _Element) -> None:
        self._controls.configure(element)

    def _end_picture(self, element: _Element) -> None:
        described = attribute(element, "descr") or attribute(element, "title") or ""
        if local_name(element) in _OLD_SHAPES:
            described = attribute(element, "alt") or ""
        shown = picture(described)
        # A picture often has the same description as the frame around it.
        if shown and shown != self._last_picture:
            self._write(link(shown, address_in(element, self._addresses)))
        self._last_picture = shown

    def _end_word_art(self, element: _Element) -> None:
        self._write(attribute(element, "string") or "")

    def _write_run(self, element: _Element, text: str) -> None:
        look = self._look(element)
        if look is PLAIN:
            self._write(text)
            return
        text = look.shown(text)
        if look.is_note_mark and text.strip():
            self._write(f"[{text.strip()}]")
        else:
            self._write(text, is_raised=bool(look.is_raised))

    def _look(self, element: _Element) -> Look:
        """Return the look of the run that an element belongs to."""
        look = self._paragraphs[-1].style.look
        run = element.getparent()
        settings = element if run is None else run[0]
        if settings is element or not settings.tag.endswith("}rPr") or not len(settings):
            return look
        style = attribute(settings.find("{*}rStyle"), "val")
        if style is not None:
            look = self._styles.named(style).look.over(look)
        own = look_of(settings)
        return look if own is PLAIN else own.over(look)

    def _write(self, text: str, *, is_raised: bool = False) -> None:
        if self._fields.are_open and self._fields.hides(text):
            return
        if (self._open_moves or self._controls.are_open) and not (text := self._shown(text)):
            return
        paragraph = self._paragraphs[-1]
        paragraph.text.write(text, is_raised=is_raised)
        if paragraph.text.length > MAX_SECTION and self._is_top_level:
            self._emit(paragraph)

    def _shown(self, text: str) -> str:
        """Return the text, unless it was moved away or is a placeholder."""
        return "" if self._open_moves else self._controls.shown(text)

    @property
    def _is_top_level(self) -> bool:
        """True if the open paragraph is in no table and in no other paragraph."""
        return not self._rows and len(self._paragraphs) == 1

    def _emit(self, paragraph: _Paragraph, *, ends: bool = False) -> None:
        """Append the text read so far of a paragraph, as a block."""
        text = paragraph.text.take()
        text = text.rstrip() if ends else text
        if not paragraph.is_continued and ((text := text.lstrip()) or ends):
            style = paragraph.style
            label = paragraph.label
            if label is None:
                label = self._lists.label(style.list_id, style.level, style.numbered_by)
            if text and label:
                text = f"{label} {text}"
            if style.is_heading:
                self._heading = as_title(text) or self._heading
            paragraph.is_item = label is not None and not style.is_heading
        if text:
            form: Form = "item" if paragraph.is_item else "paragraph"
            block = Block(
                text, self._page, self._heading, form, continues_last=paragraph.is_continued
            )
            self._append(block)
            paragraph.is_continued = True

    def _append(self, block: Block) -> None:
        self._target.append(block)

    def _emit_remarks(self) -> None:
        """Append the comments on what has ended, once no paragraph and no table is open."""
        if self._remarks and not self._rows and not self._paragraphs:
            for remark in self._remarks:
                self._ready.append(Block(remark.text, self._page, self._heading))
            self._remarks.clear()

    def _end_row(self) -> None:
        super()._end_row()
        self._emit_remarks()


_TO_THE_END = 2**31  # rows, since Word marks the cells below instead of counting them

_Act = Callable[[WordStory, _Element], None]
_ACTIONS: dict[str, _Act] = {
    "p": WordStory._end_paragraph,
    "oMath": WordStory._end_formula,
    "tcPr": WordStory._end_cell_settings,
    "gridBefore": WordStory._end_columns_before,
    "moveFromRangeEnd": WordStory._end_move,
    "commentReference": WordStory._end_comment_reference,
    "sdtPr": WordStory._end_control_settings,
    "sdt": lambda story, _: story._controls.end(),
}
_IN_PARAGRAPHS: dict[str, _Act] = {
    "pPr": WordStory._end_paragraph_settings,
    "lastRenderedPageBreak": WordStory._end_page,
    "sym": WordStory._end_symbol,
    **dict.fromkeys(("hyperlink", "hlink"), WordStory._end_link),
    "fldSimple": WordStory._end_simple_field,
    "fldChar": WordStory._end_field_mark,
    "instrText": WordStory._end_instruction,
    **dict.fromkeys(("docPr", "cNvPr", *_OLD_SHAPES), WordStory._end_picture),
    "textpath": WordStory._end_word_art,
}
