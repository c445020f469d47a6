"""Joins sections to one text in which every character has its place."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_HEADING = 500  # characters: it is kept with every chunk, and some files have one of a megabyte
_BETWEEN_SECTIONS = "\n\n"
_HALVES = re.compile("[\ud800-\udfff]")


class Section(Protocol):
    """A part of a document: its text, and where in the document that stands."""

    @property
    def text(self) -> str: ...
    @property
    def page(self) -> int | None: ...
    @property
    def heading(self) -> str | None: ...
    @property
    def continues(self) -> bool: ...


@dataclass(frozen=True)
class Place:
    start: int  # in characters of the document
    page: int | None
    heading: str | None


def document_text(sections: Iterable[Section]) -> str:
    """Return the text that chunks are windows of."""
    return "".join(Document(sections).texts())


class Document:
    """Reads sections while its text is taken, and keeps where each began until `forget`."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self._sections = sections
        self._places: deque[Place] = deque()

    def texts(self) -> Iterator[str]:
        """Yield the text in parts. It can be taken only once."""
        length = 0
        for number, section in enumerate(self._sections):
            if number and not section.continues:
                yield _BETWEEN_SECTIONS
                length += len(_BETWEEN_SECTIONS)
            heading = _valid(section.heading or "")[:MAX_HEADING].strip() or None
            if self._places and self._places[-1].start == length:
                self._places.pop()  # the section before had no text
            self._places.append(Place(length, section.page, heading))
            text = _valid(section.text)
            yield text
            length += len(text)

    def place_of(self, offset: int) -> Place:
        """Return the place of a character that was read and not forgotten, or of the end."""
        found = self._places[0]
        for place in self._places:
            if place.start > offset:
                break
            found = place
        return found

    def forget(self, offset: int) -> None:
        """Drop the places of which all characters are before `offset`."""
        while len(self._places) > 1 and self._places[1].start <= offset:
            self._places.popleft()


def _valid(text: str) -> str:
    """Write `?` for lone surrogates, since UTF-8 cannot hold them, and drop NUL for Postgres."""
    text = text.replace("\0", "")
    return text if text.isascii() else _HALVES.sub("?", text)
