"""Sections, one after the other, as one text in which every character has its place."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_HEADING = 500  # characters: it is kept with every chunk, and some files have one of a megabyte
_BETWEEN_SECTIONS = "\n\n"
_HALVES = re.compile("[\ud800-\udfff]")


class Section(Protocol):
    """What is asked of a part of a document: its text, and where in the document that stands."""

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
    """The text that chunks are windows of."""
    return "".join(Document(sections).texts())


class Document:
    """Reads sections as its text is asked for, and keeps where each began until told to forget."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self._sections = sections
        self._places: deque[Place] = deque()

    def texts(self) -> Iterator[str]:
        """The text, in parts. To be read once."""
        length = 0
        for number, section in enumerate(self._sections):
            if number and not section.continues:
                yield _BETWEEN_SECTIONS
                length += len(_BETWEEN_SECTIONS)
            text = _storable(section.text)
            self._add(Place(length, section.page, _heading(section.heading)))
            yield text
            length += len(text)

    def place_of(self, offset: int) -> Place:
        """Of a character that was read and not forgotten, or of the document's end."""
        found = self._places[0]
        for place in self._places:
            if place.start > offset:
                break
            found = place
        return found

    def forget(self, offset: int) -> None:
        """Places of which all characters are before `offset`."""
        while len(self._places) > 1 and self._places[1].start <= offset:
            self._places.popleft()

    def _add(self, place: Place) -> None:
        if self._places and self._places[-1].start == place.start:
            self._places.pop()  # it had no text
        self._places.append(place)


def _storable(text: str) -> str:
    """A lone surrogate, which UTF-8 cannot hold, as `?`, and without NUL, which Postgres cannot."""
    text = text.replace("\0", "")
    return text if text.isascii() else _HALVES.sub("?", text)


def _heading(text: str | None) -> str | None:
    return _storable(text)[:MAX_HEADING].strip() or None if text else None
