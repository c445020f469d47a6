"""The texts and tables of a slide, from its shapes or the document's outline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from struct import unpack_from

from ingestion.parsing.blocks import join_cells
from ingestion.parsing.ppt import records as ppt
from ingestion.parsing.ppt.records import Record

Point = tuple[int, int]  # distances from the top and from the left

_TITLES = (0, 6)
_NOTES = 2
_OTHER = 4
_TABLE = 0x039F  # the property of a group that marks a table
_PROPERTY = 6  # bytes


@dataclass(frozen=True, slots=True)
class Text:
    kind: int
    words: str
    is_row: bool = False

    @property
    def is_title(self) -> bool:
        return self.kind in _TITLES

    @property
    def is_notes(self) -> bool:
        return self.kind == _NOTES


def texts_of_slide(slide: Record, outline: list[Text]) -> list[Text]:
    """Return a slide's texts: the title, the others from top to bottom, then texts of the outline
    that no shape shows."""
    found = [text for canvas in slide.all(ppt.GROUP) for text in _in_group(canvas, outline)]
    seen = set(found)
    found += [text for text in outline if text not in seen]
    return sorted(found, key=lambda text: not text.is_title)


def texts_in(records: Iterable[Record]) -> Iterator[Text]:
    """Yield the texts in a run of records. The record of a text's type precedes it."""
    kind = _OTHER
    for record in records:
        if record.type == ppt.TEXT_TYPE:
            kind = record.number(0)
        elif record.type == ppt.TEXT:
            yield Text(kind, str(record.data, "utf-16-le", "replace"))
        elif record.type == ppt.BYTE_TEXT:
            yield Text(kind, str(record.data, "latin-1"))


def _in_group(group: Record, outline: list[Text]) -> Iterator[Text]:
    own, *shapes = [*group.records()] or [group]
    if _is_table(own):
        # Shapes without a text box are the table's borders.
        cells = sorted((shape for shape in shapes if any(shape.all(ppt.TEXT_BOX))), key=_point)
        for _, line in groupby(cells, key=lambda cell: _point(cell)[0]):
            words = [" ".join(text.words for text in _in_shape(cell, outline)) for cell in line]
            if any(words):
                yield Text(_OTHER, join_cells(words), is_row=True)
        return
    for shape in sorted(shapes, key=_point):
        if shape.type == ppt.GROUP:
            yield from _in_group(shape, outline)
        else:
            yield from _in_shape(shape, outline)


def _in_shape(shape: Record, outline: list[Text]) -> Iterator[Text]:
    for box in shape.all(ppt.TEXT_BOX):
        yield from texts_in(box.records())
        for record in box.records():
            if record.type == ppt.TEXT_NUMBER and record.number(0) < len(outline):
                yield outline[record.number(0)]


def _is_table(shape: Record) -> bool:
    for record in shape.records():
        if record.type == ppt.MORE_PROPERTIES:
            for number in range(record.instance):
                [code, value] = unpack_from("<HI", record.data, _PROPERTY * number)
                if code & 0x3FFF == _TABLE and value & 1:
                    return True
    return False


def _point(shape: Record) -> Point:
    own = next(shape.records(), shape) if shape.type == ppt.GROUP else shape
    for record in own.records():
        if record.type == ppt.ANCHOR and len(record.data) == 8:
            top, left = unpack_from("<hh", record.data)
            return top, left
        if record.type in (ppt.ANCHOR, ppt.CHILD_ANCHOR):
            first, second = unpack_from("<ii", record.data)
            return (first, second) if record.type == ppt.ANCHOR else (second, first)
    return 0, 0
