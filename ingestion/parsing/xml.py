"""XML as readable lines: `name: text` for each element that has text of its own.

External entities are never fetched, and the expansion of internal ones is limited.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from ingestion.last_errors import CorruptFile
from ingestion.parsing.decoding import texts
from ingestion.parsing.sections import Section, in_sections

_LONG = 20_000  # characters, after which a line takes in no further elements
_MAX_LINE = 1_000_000  # characters, after which a line is emitted in parts

_MAX_DEPTH = 20  # of entities that refer to others
_MAX_EXPANSION = 100_000  # characters that one reference may expand to
_MAX_TOTAL_EXPANSION = 100_000_000  # characters that all references may expand to
_LOOKUP_COST = 20  # characters, whose expansion takes as long as one lookup
_REFERENCE = re.compile(r"&([^&;#\s]{1,200});")
_TAG = re.compile(r"<[^<>]{1,1000}>")


def read_xml(path: Path) -> Iterator[Section]:
    """Yield the lines of well-formed XML, or the unchanged text if it is not well-formed."""
    return in_sections(_lines(path) if _is_well_formed(path) else texts(path))


def _is_well_formed(path: Path) -> bool:
    parser = ParserCreate()
    parser.DefaultHandler = lambda data: None  # because without one, expat expands entities
    try:
        for _ in _parse(parser, texts(path), lambda: ""):
            pass
    except ExpatError:
        return False
    return True


def _lines(path: Path) -> Iterator[str]:
    lines = XmlLines()
    yield from filter(None, _parse(lines.parser, texts(path), lines.take))
    yield lines.end()


def _parse(parser: XMLParserType, pieces: Iterable[str], take: Callable[[], str]) -> Iterator[str]:
    """Feed the parser, and yield what `take` returns after each piece.

    Pieces grow while the parser makes no progress, because expat restarts an unfinished tag or
    comment with each piece: a long one would take time with the square of its length.
    """
    waiting: list[str] = []
    size = least = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size < least:
            continue
        before = parser.CurrentByteIndex
        parser.Parse("".join(waiting), False)
        least = 2 * size + least if parser.CurrentByteIndex == before else 0
        waiting, size = [], 0
        yield take()
    parser.Parse("".join(waiting), True)
    yield take()


@dataclass(slots=True)
class _Line:
    name: str  # empty if an earlier part of the line was emitted
    depth: int  # of its element
    attributes: str = ""
    words: list[str] = field(default_factory=list)
    length: int = 0

    def text(self, words: str) -> str:
        """Return the line with these words, or nothing if it would be blank."""
        text = f"{self.attributes} {' '.join(words.split())}".strip()
        if not self.name:
            return f" {text}" if text and words[0].isspace() else text
        return text and f"{self.name}: {text}"


class XmlLines:
    """The lines of the XML that is fed to `parser`, in document order.

    An element with text becomes `name: text`, with attributes before the text: `name: id=1 text`.
    Elements inside running text belong to its line.
    """

    def __init__(self) -> None:
        entities = Entities()
        self.parser = ParserCreate()
        self.parser.buffer_text = self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = lambda _name: self._open.pop()
        self.parser.CharacterDataHandler = self._write
        self.parser.EntityDeclHandler = entities.declare
        # A default handler keeps expat from expanding entities. It gets comments and declarations,
        # too.
        self.parser.DefaultHandler = lambda data: (
            self._write(entities.expand(data)) if data.startswith("&") else None
        )
        self._done: list[str] = []
        self._open: list[str] = []  # the names of the open elements
        self._line: _Line | None = None

    def take(self) -> str:
        """Return the lines finished since the last call, with their line ends."""
        done = "".join(self._done)
        self._done.clear()
        return done

    def end(self) -> str:
        self._end_line()
        return self.take()

    def _start(self, name: str, attributes: list[str]) -> None:
        line = self._line
        self._open.append(_local(name))
        if line and line.words and line.depth < len(self._open) and line.length < _LONG:
            return
        self._end_line()
        listed = ""
        if attributes:
            pairs = zip(map(_local, attributes[::2]), attributes[1::2], strict=True)
            listed = " ".join(f"{name}={value}" for name, value in pairs if name)
        self._line = _Line(self._open[-1], len(self._open), listed)

    def _write(self, text: str) -> None:
        line = self._line
        if text.isspace() and not (line and line.words):
            return
        if line and line.depth > len(self._open) and not text.isspace():
            # Text after an inner element: both are running text of the element around them.
            if line.words and not line.attributes:
                line.name, line.depth = line.name and self._open[-1], len(self._open)
            else:
                self._end_line()
        if not self._line:
            self._line = _Line(self._open[-1], len(self._open))
        self._line.words.append(text)
        self._line.length += len(text)
        if self._line.length > _MAX_LINE:
            self._flush(self._line)

    def _flush(self, line: _Line) -> None:
        """Emit the text so far of a long line, except its last word, which may not be complete."""
        text = "".join(line.words)
        # "\0" marks the end, so that the last word is empty after a space.
        *before, last = f"{text}\0".rsplit(None, 1)
        whole, rest = (before[0], f" {last[:-1]}") if before else (text[:-1], text[-1])
        self._done.append(line.text(whole))
        self._line = _Line("", line.depth, words=[rest], length=len(rest))

    def _end_line(self) -> None:
        if line := self._line:
            text = line.text("".join(line.words))
            if text or not line.name:
                self._done.append(f"{text}\n")
            self._line = None


@lru_cache(maxsize=10_000)
def _local(name: str) -> str:
    """Return a name without its namespace prefix, or nothing for a namespace declaration."""
    return "" if name.startswith("xmlns") else name.rpartition(":")[2]


class Entities:
    """The internal entities of a document, which expand within limits."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._budget = _MAX_TOTAL_EXPANSION

    def declare(
        self, name: str, is_parameter: bool, value: str | None, *_outside: str | None
    ) -> None:
        if value is not None and not is_parameter:
            self._values.setdefault(name, value)

    def expand(self, use: str) -> str:
        """Return the text of a reference `&name;`, or the reference if the entity is not declared.

        Raises CorruptFile if it expands beyond the limits.
        """
        text = self._expand(use, 0, self._budget - _MAX_EXPANSION)
        return html.unescape(_TAG.sub(" ", text))

    def _expand(self, text: str, depth: int, least: int) -> str:
        parts, end = [], 0
        for use in _REFERENCE.finditer(text):
            value = self._values.get(use[1])
            if value is None:
                continue
            self._budget -= len(value) + _LOOKUP_COST
            if depth > _MAX_DEPTH or self._budget < max(0, least):
                raise CorruptFile(
                    f"What its entity &{use[1]}; stands for unfolds without end:"
                    " take it out and upload the file again."
                )
            parts += [text[end : use.start()], self._expand(value, depth + 1, least)]
            end = use.end()
        return "".join([*parts, text[end:]])
