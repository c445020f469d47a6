"""Word before 2007, as [MS-DOC] has it: text in pieces, the notes after the body."""

import re
from collections.abc import Iterator
from pathlib import Path
from struct import unpack_from

from ingestion.last_errors import EncryptedFile
from ingestion.parsing.blocks import Block, row, sections, title
from ingestion.parsing.containers import ole
from ingestion.parsing.doc.pieces import Pieces, of_word_95, of_word_97
from ingestion.parsing.doc.properties import Properties
from ingestion.parsing.sections import Section

_WORD_97 = 0xC1  # the first of its versions
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200

_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]?")
_FIELD_MARKS = re.compile("([\x13\x14\x15])")  # before its instruction, its result, after both
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1d\x1f]")  # pictures, marks of notes, soft hyphens
_SIGNS = str.maketrans({"\x0b": "\n", "\x1e": "-"})


def read_doc(path: Path) -> Iterator[Section]:
    """A section per heading. Headers and footers come first, each once; footnotes, endnotes and
    text boxes last. Comments are left out. The file does not say where pages end."""
    with ole.errors_as_corrupt(), ole.opened(path) as file:
        document = ole.read_stream(file, "WordDocument")
        version, flags = unpack_from("<H6xH", document, 2)
        if flags & _ENCRYPTED:
            raise EncryptedFile
        if version < _WORD_97:
            pieces, properties = of_word_95(document), Properties(document, b"")
        else:
            table = ole.read_stream(file, "1Table" if flags & _SECOND_TABLE else "0Table")
            pieces, properties = of_word_97(document, table), Properties(document, table)
    with ole.errors_as_corrupt():
        yield from sections(_blocks(pieces, properties))


def _blocks(pieces: Pieces, properties: Properties) -> Iterator[Block]:
    seen = set()
    for block in _Story(pieces, properties).blocks(*pieces.headers):
        if block.text not in seen:
            seen.add(block.text)
            yield Block(block.text)
    for start, end in pieces.stories:
        yield from _Story(pieces, properties).blocks(start, end)


class _Story:
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
        words = _words(text)
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
                self._heading = title(words) or self._heading
            is_item = paragraph.is_item and not paragraph.is_heading
            if words:
                label = "- " if is_item else ""
                yield Block(label + words, None, self._heading, "item" if is_item else "paragraph")

    def _row(self) -> Iterator[Block]:
        if self._cell:
            self._cells.append(" ".join(filter(None, self._cell)))
        if any(self._cells):
            yield Block(row(self._cells), None, self._heading, "row")
        self._cell.clear()
        self._cells.clear()


def _words(text: str) -> str:
    text = _without_instructions(text) if "\x13" in text else text
    text = _UNSEEN.sub("", text.translate(_SIGNS)).strip()
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _without_instructions(text: str) -> str:
    """Of fields, which stand in fields, the results. What belongs to no whole field stays."""
    shown: list[str] = []
    open_fields: list[tuple[list[str], bool]] = []  # where to write, whether it is an instruction
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
