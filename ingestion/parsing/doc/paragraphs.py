"""The paragraphs and tables of a story, such as the body or the headers, in Word before 2007."""

import re
from collections.abc import Iterator

from ingestion.parsing.blocks import Block, as_title, join_cells
from ingestion.parsing.doc.pieces import Pieces
from ingestion.parsing.doc.properties import Properties

_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]?")
# The marks before a field's instruction, before its result, and at its end.
_FIELD_MARKS = re.compile("([\x13\x14\x15])")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1d\x1f]")  # pictures, note references, soft hyphens
_CHARACTERS = str.maketrans({"\x0b": "\n", "\x1e": "-"})


class DocStory:
    def __init__(self, pieces: Pieces, properties: Properties) -> None:
        self._pieces = pieces
        self._properties = properties
        self._heading: str | None = None
        self._cell: list[str] = []
        self._cells: list[str] = []

    def blocks(self, start: int, end: int) -> Iterator[Block]:
        text = self._pieces.text(start, end)
        for found in _PARAGRAPH.finditer(text):
            if found.group():
                at = self._pieces.offset(start + found.end() - 1)
                yield from self._paragraph(found.group(), at)
        yield from self._row()

    def _paragraph(self, text: str, offset: int) -> Iterator[Block]:
        paragraph = self._properties.at(offset)
        words = _without_instructions(text) if "\x13" in text else text
        words = _INVISIBLE.sub("", words.translate(_CHARACTERS)).strip()
        words = words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        ends_cell = text.endswith("\x07")
        if ends_cell and (paragraph.ends_row or not (words or self._cells or self._cell)):
            yield from self._row()
        elif ends_cell:
            self._cells.append(" ".join(filter(None, [*self._cell, words])))
            self._cell.clear()
        elif paragraph.in_table:
            self._cell.append(words)
        else:
            yield from self._row()
            if paragraph.is_heading:
                self._heading = as_title(words) or self._heading
            is_item = paragraph.is_item and not paragraph.is_heading
            if words:
                label = "- " if is_item else ""
                yield Block(label + words, None, self._heading, "item" if is_item else "paragraph")

    def _row(self) -> Iterator[Block]:
        if self._cell:
            self._cells.append(" ".join(filter(None, self._cell)))
        if any(self._cells):
            yield Block(join_cells(self._cells), None, self._heading, "row")
        self._cell.clear()
        self._cells.clear()


def _without_instructions(text: str) -> str:
    """Remove the instructions of fields, which may nest, and keep their results.

    The text of an incomplete field is kept.
    """
    shown: list[str] = []
    open_fields: list[tuple[list[str], bool]] = []  # (text, whether it is an instruction)
    for piece in _FIELD_MARKS.split(text):
        if piece == "\x13":
            open_fields.append(([], True))
        elif piece == "\x14" and open_fields:
            open_fields.pop()
            open_fields.append((open_fields[-1][0] if open_fields else shown, False))
        elif piece == "\x15" and open_fields:
            open_fields.pop()
        elif piece:
            (open_fields[-1][0] if open_fields else shown).append(piece)
    for words, is_instruction in open_fields:
        shown += words if is_instruction else ()
    return "".join(shown)
