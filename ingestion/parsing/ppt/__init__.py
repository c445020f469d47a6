"""PowerPoint before 2007, slide by slide.

`records` parses the file, `shapes` finds the texts and tables of a slide, `text_runs` their powers
and links, `comments` what reviewers wrote, and `embeddings` what is embedded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ingestion.last_errors import CorruptFile
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.blocks import Block, as_title, sections
from ingestion.parsing.containers import ole
from ingestion.parsing.containers.lost_parts import lost_part
from ingestion.parsing.embedded import object_sections
from ingestion.parsing.ppt.comments import comments
from ingestion.parsing.ppt.embeddings import Objects
from ingestion.parsing.ppt.records import SLIDE, SLIDE_ENTRY, SLIDE_TEXTS, Record, objects
from ingestion.parsing.ppt.shapes import Text, texts_in, texts_of_slide
from ingestion.parsing.ppt.text_runs import Lookups
from ingestion.parsing.sections import Section

_SLIDES, _NOTES = 0, 2  # the instance numbers of the lists of slides and of notes
_LINE_BREAKS = str.maketrans({"\x0b": "\n", "\x00": None})
_DOCUMENT = "PowerPoint Document"
_FIELD = "*"  # the placeholder of the slide's number or the date


@dataclass
class _SlideEntry:
    """A slide, or a slide's notes, as listed in the document."""

    number: int  # the number of its record
    id: int  # the id by which a slide refers to its notes
    outline: list[Text]  # the texts of its placeholders


def read_ppt(path: Path, attachments: Attachments) -> Iterator[Section]:
    """Yield a section per slide: its title, its other texts and tables, the notes, the comments.

    Objects embedded in a slide follow it.
    """
    with ole.errors_as_corrupt(), ole.open_ole(path) as file:
        # A file for PowerPoint 95 and 97 has the newer presentation in a storage of its own.
        folder = f"{ole.DUAL}/" if file.exists(f"{ole.DUAL}/{_DOCUMENT}") else ""
        user = ole.read_stream(file, f"{folder}Current User")
        number, found = objects(user, ole.read_stream(file, f"{folder}{_DOCUMENT}"))
        if number not in found:
            raise CorruptFile
        yield from sections(_Deck(found[number], found, attachments).blocks())


class _Deck:
    """The document record of a presentation, and the records that it refers to by number."""

    def __init__(
        self, document: Record, found: dict[int, Record], attachments: Attachments
    ) -> None:
        self._found = found
        self._attachments = attachments
        self._objects = Objects(document, found)
        self._lookups = Lookups.of(document)
        lists = {one.instance: one for one in document.records() if one.type == SLIDE_TEXTS}
        self._slides = self._entries(lists.get(_SLIDES))
        notes = self._entries(lists.get(_NOTES))
        self._notes = {entry.id: found.get(entry.number) for entry in notes}

    def blocks(self) -> Iterator[Block | Section]:
        """Yield what is on each slide. A lost slide costs itself, unless all are lost."""
        failures: list[CorruptFile] = []
        for page, entry in enumerate(self._slides, start=1):
            reason = "damaged" if entry.number in self._found else "missing"
            try:
                with ole.errors_as_corrupt():
                    blocks = list(self._slide(page, entry))
            except CorruptFile as error:
                failures.append(error)
                yield lost_part(f"Slide {page}", reason)
            else:
                yield from blocks
                heading = blocks[0].heading if blocks else None
                yield from self._embedded(page, heading, self._found[entry.number])
        if failures and len(failures) == len(self._slides):
            raise failures[0]

    def _slide(self, page: int, entry: _SlideEntry) -> Iterator[Block]:
        slide = self._found[entry.number]
        texts = texts_of_slide(slide, entry.outline, self._lookups)
        heading = as_title(" ".join(text.words for text in texts if text.is_title))
        ids = (record.number(16) for record in slide.records() if record.type == SLIDE)
        if own_notes := self._notes.get(next(ids, 0)):
            said = texts_of_slide(own_notes, [], self._lookups)
            texts += (text for text in said if text.is_notes)
        for text in texts:
            for paragraph in text.words.split("\r"):
                words = paragraph.translate(_LINE_BREAKS).strip()
                if words and words != _FIELD:
                    yield Block(words, page, heading, "row" if text.is_row else "paragraph")
        yield from (Block(comment, page, heading) for comment in comments(slide))

    def _embedded(self, page: int, heading: str | None, slide: Record) -> Iterator[Section]:
        for name, content in self._objects.on(slide):
            if content is None:
                yield lost_part(f"An object on slide {page}", "damaged")
            else:
                yield from object_sections(name, content, self._attachments, page, heading)

    def _entries(self, listed: Record | None) -> list[_SlideEntry]:
        """Return the slides of a list in order, each with the texts that follow it in the list."""
        records = [] if listed is None else list(listed.records())
        starts = [at for at, one in enumerate(records) if one.type == SLIDE_ENTRY]
        return [
            _SlideEntry(
                records[at].number(0),
                records[at].number(12),
                list(texts_in(records[at + 1 : end], self._lookups)),
            )
            for at, end in pairwise([*starts, len(records)])
        ]
