"""The texts and tables of a slide, from its shapes or the document's outline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from struct import unpack_from

from ingestion.parsing.blocks import join_cells
from ingestion.parsing.inline import link, picture
from ingestion.parsing.ppt import records as ppt
from ingestion.parsing.ppt.records import Record
from ingestion.parsing.ppt.text_runs import Lookups, link_id, raw_texts, shown

Point = tuple[int, int]  # distances from the top and from the left

_TITLES = (0, 6)
_NOTES = 2
_OTHER = 4
_TABLE = 0x039F  # the property of a group that marks a table
_DESCRIPTION = 0x0381  # the property that holds the alternative text
_PROPERTY = 6  # bytes
_CODE, _IS_LONG = 0x3FFF, 0x8000


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


def texts_of_slide(slide: Record, outline: list[Text], lookups: Lookups) -> list[Text]:
    """Return a slide's texts: the title, the others from top to bottom, then texts of the outline
    that no shape shows."""
    found = [
        text for canvas in slide.all(ppt.GROUP) for text in _in_group(canvas, outline, lookups)
    ]
    seen = set(found)
    found += [text for text in outline if text not in seen]
    return sorted(found, key=lambda text: not text.is_title)


def texts_in(records: Iterable[Record], lookups: Lookups) -> Iterator[Text]:
    """Yield the texts in a run of records."""
    for raw in raw_texts(records, _OTHER):
        yield Text(raw.kind, shown(raw, lookups))


def _in_group(group: Record, outline: list[Text], lookups: Lookups) -> Iterator[Text]:
    own, *shapes = [*group.records()] or [group]
    if words := picture(_description(own)):
        yield Text(_OTHER, words)
    if _is_table(own):
        # Shapes without a text box are the table's borders.
        cells = sorted((shape for shape in shapes if any(shape.all(ppt.TEXT_BOX))), key=_point)
        for _, line in groupby(cells, key=lambda cell: _point(cell)[0]):
            texts = [
                " ".join(text.words for text in _in_shape(cell, outline, lookups)) for cell in line
            ]
            if any(texts):
                yield Text(_OTHER, join_cells(texts), is_row=True)
        return
    for shape in sorted(shapes, key=_point):
        if shape.type == ppt.GROUP:
            yield from _in_group(shape, outline, lookups)
        else:
            yield from _in_shape(shape, outline, lookups)


def _in_shape(shape: Record, outline: list[Text], lookups: Lookups) -> Iterator[Text]:
    if words := picture(_description(shape)):
        yield Text(_OTHER, words)
    texts: list[Text] = []
    for box in shape.all(ppt.TEXT_BOX):
        texts += texts_in(box.records(), lookups)
        for record in box.records():
            if record.type == ppt.TEXT_NUMBER and record.number(0) < len(outline):
                texts.append(outline[record.number(0)])
    yield from texts
    if address := _address(shape, lookups):
        shown_already = any(link(text.words, address) == text.words for text in texts)
        if not shown_already:
            yield Text(_OTHER, link("", address))


def _address(shape: Record, lookups: Lookups) -> str:
    """Return the address that a click on a whole shape opens, or nothing."""
    for data in shape.records():
        if data.type == ppt.CLIENT_DATA:
            for click in data.records():
                if click.type == ppt.CLICK and (address := lookups.addresses.get(link_id(click))):
                    return address if link("", address) else ""
    return ""


def _description(shape: Record) -> str:
    """Return the alternative text of a shape, or nothing."""
    for record in shape.records():
        if record.type in (ppt.PROPERTIES, ppt.MORE_SETTINGS, ppt.MORE_PROPERTIES):
            at = _PROPERTY * record.instance  # where the data of long properties begin
            for number in range(record.instance):
                [code, value] = unpack_from("<HI", record.data, _PROPERTY * number)
                if code & _IS_LONG and code & _CODE == _DESCRIPTION:
                    return str(record.data[at : at + value], "utf-16-le", "replace").strip("\0")
                at += value if code & _IS_LONG else 0
    return ""


def _is_table(shape: Record) -> bool:
    for record in shape.records():
        if record.type == ppt.MORE_PROPERTIES:
            for number in range(record.instance):
                [code, value] = unpack_from("<HI", record.data, _PROPERTY * number)
                if code & _CODE == _TABLE and value & 1:
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
