"""PowerPoint before 2007, slide by slide."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ingestion.last_errors import CorruptFile
from ingestion.parsing.blocks import Block, sections, title
from ingestion.parsing.containers import ole
from ingestion.parsing.ppt.records import SLIDE, SLIDE_PLACE, SLIDE_TEXTS, Record, objects
from ingestion.parsing.ppt.shapes import Text, shown, texts
from ingestion.parsing.sections import Section

_SLIDES, _NOTES = 0, 2  # what a list of texts is of
_LINE_BREAKS = str.maketrans({"\x0b": "\n", "\x00": None})
_FIELD = "*"  # where a slide shows its number or the date


@dataclass
class _Place:
    """A slide, or the notes of one, in the document's list."""

    number: int  # that its record is kept under
    id: int  # that a slide names its notes by
    outline: list[Text]  # texts of its placeholders


def read_ppt(path: Path) -> Iterator[Section]:
    """One section per slide: its title, its other texts and tables, the speaker's notes."""
    with ole.errors_as_corrupt(), ole.opened(path) as file:
        user = ole.read_stream(file, "Current User")
        number, found = objects(user, ole.read_stream(file, "PowerPoint Document"))
        if number not in found:
            raise CorruptFile
        yield from sections(_blocks(found[number], found))


def _blocks(document: Record, found: dict[int, Record]) -> Iterator[Block]:
    lists = {one.instance: _places(one) for one in document.records() if one.type == SLIDE_TEXTS}
    notes = {place.id: found.get(place.number) for place in lists.get(_NOTES, [])}
    for page, place in enumerate(lists.get(_SLIDES, []), start=1):
        if place.number not in found:
            raise CorruptFile
        slide = found[place.number]
        on_slide = shown(slide, place.outline)
        heading = title(" ".join(text.words for text in on_slide if text.is_title))
        said = notes.get(_notes_of(slide))
        in_notes = [text for text in shown(said, []) if text.is_notes] if said else []
        for text in on_slide + in_notes:
            yield from _paragraphs(text, page, heading)


def _places(record: Record) -> list[_Place]:
    records = list(record.records())
    starts = [at for at, one in enumerate(records) if one.type == SLIDE_PLACE]
    return [
        _Place(records[at].number(0), records[at].number(12), list(texts(records[at + 1 : end])))
        for at, end in pairwise([*starts, len(records)])
    ]


def _notes_of(slide: Record) -> int:
    """The number of the notes in the document's list of them; 0 for none."""
    return next((record.number(16) for record in slide.records() if record.type == SLIDE), 0)


def _paragraphs(text: Text, page: int, heading: str | None) -> Iterator[Block]:
    for paragraph in text.words.split("\r"):
        words = paragraph.translate(_LINE_BREAKS).strip()
        if words and words != _FIELD:
            yield Block(words, page, heading, "row" if text.is_row else "paragraph")
