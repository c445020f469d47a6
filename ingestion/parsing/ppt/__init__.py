"""PowerPoint before 2007, slide by slide.

`records` parses the file, and `shapes` finds the texts and tables of a slide.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ingestion.last_errors import CorruptFile
from ingestion.parsing.blocks import Block, as_title, sections
from ingestion.parsing.containers import ole
from ingestion.parsing.ppt.records import SLIDE, SLIDE_ENTRY, SLIDE_TEXTS, Record, objects
from ingestion.parsing.ppt.shapes import Text, texts_in, texts_of_slide
from ingestion.parsing.sections import Section

_SLIDES, _NOTES = 0, 2  # the instance numbers of the lists of slides and of notes
_LINE_BREAKS = str.maketrans({"\x0b": "\n", "\x00": None})
_FIELD = "*"  # the placeholder of the slide's number or the date


@dataclass
class _SlideEntry:
    """A slide, or a slide's notes, as listed in the document."""

    number: int  # the number of its record
    id: int  # the id by which a slide refers to its notes
    outline: list[Text]  # the texts of its placeholders


def read_ppt(path: Path) -> Iterator[Section]:
    """Yield a section per slide: its title, its other texts and tables, then the notes."""
    with ole.errors_as_corrupt(), ole.open_ole(path) as file:
        user = ole.read_stream(file, "Current User")
        number, found = objects(user, ole.read_stream(file, "PowerPoint Document"))
        if number not in found:
            raise CorruptFile
        yield from sections(_blocks(found[number], found))


def _blocks(document: Record, found: dict[int, Record]) -> Iterator[Block]:
    lists = {one.instance: _entries(one) for one in document.records() if one.type == SLIDE_TEXTS}
    notes = {entry.id: found.get(entry.number) for entry in lists.get(_NOTES, [])}
    for page, entry in enumerate(lists.get(_SLIDES, []), start=1):
        if entry.number not in found:
            raise CorruptFile
        slide = found[entry.number]
        texts = texts_of_slide(slide, entry.outline)
        heading = as_title(" ".join(text.words for text in texts if text.is_title))
        ids = (record.number(16) for record in slide.records() if record.type == SLIDE)
        if own_notes := notes.get(next(ids, 0)):
            texts += (text for text in texts_of_slide(own_notes, []) if text.is_notes)
        for text in texts:
            for paragraph in text.words.split("\r"):
                words = paragraph.translate(_LINE_BREAKS).strip()
                if words and words != _FIELD:
                    yield Block(words, page, heading, "row" if text.is_row else "paragraph")


def _entries(record: Record) -> list[_SlideEntry]:
    """Return the slides of a list in order, each with the texts that follow it in the list."""
    records = list(record.records())
    starts = [at for at, one in enumerate(records) if one.type == SLIDE_ENTRY]
    return [
        _SlideEntry(
            records[at].number(0), records[at].number(12), list(texts_in(records[at + 1 : end]))
        )
        for at, end in pairwise([*starts, len(records)])
    ]
