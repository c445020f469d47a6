from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers.expat import ParserCreate

from ingestion.parsing.xml.entities import Entities

_LONG = 20_000  # characters, after which a line takes no further elements in
_LONGEST = 1_000_000  # characters, after which it is given away in parts


@dataclass(slots=True)
class _Line:
    name: str  # nothing where the line has begun already
    depth: int  # of the element that it is about
    attributes: str = ""
    words: list[str] = field(default_factory=list)
    length: int = 0

    def said(self, words: str) -> str:
        said = f"{self.attributes} {' '.join(words.split())}".strip()
        if not self.name:
            return f" {said}" if said and words[0].isspace() else said
        return said and f"{self.name}: {said}"


class XmlLines:
    """Makes lines of the XML that its `parser` is fed, in its order.

    An element with words of its own is `name: words`, its attributes before them: `name: id=1
    words`. Elements inside of running text belong to its line.
    """

    def __init__(self) -> None:
        entities = Entities()
        self.parser = ParserCreate()
        self.parser.buffer_text = self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._write
        self.parser.EntityDeclHandler = entities.declare
        # It has comments and declarations too; and with one, expat does not unfold entities.
        self.parser.DefaultHandler = lambda data: (
            self._write(entities.unfold(data)) if data.startswith("&") else None
        )
        self._done: list[str] = []
        self._open: list[str] = []  # the names of the elements around this point
        self._line: _Line | None = None

    def take(self) -> str:
        """The lines done since the last time, with their ends."""
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
        self._line = _Line(self._open[-1], len(self._open), _said(attributes))

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _write(self, text: str) -> None:
        if text.isspace() and not (self._line and self._line.words):
            return
        if self._line and self._line.depth > len(self._open) and not text.isspace():
            self._go_on_after_element(self._line)
        if not self._line:
            self._line = _Line(self._open[-1], len(self._open))
        self._line.words.append(text)
        self._line.length += len(text)
        if self._line.length > _LONGEST:
            self._begin(self._line)

    def _go_on_after_element(self, line: _Line) -> None:
        """Text after the end of an element: both were running text of the one around them."""
        if line.words and not line.attributes:
            line.name, line.depth = line.name and self._open[-1], len(self._open)
        else:
            self._end_line()

    def _begin(self, line: _Line) -> None:
        """Gives away what there is of a long line, but for its last word, which may go on."""
        text = "".join(line.words)
        *before, last = f"{text}\0".rsplit(None, 1)  # behind a space at the end, that is nothing
        whole, rest = (before[0], f" {last[:-1]}") if before else (text[:-1], text[-1])
        self._done.append(line.said(whole))
        self._line = _Line("", line.depth, words=[rest], length=len(rest))

    def _end_line(self) -> None:
        if line := self._line:
            said = line.said("".join(line.words))
            if said or not line.name:
                self._done.append(f"{said}\n")
            self._line = None


def _said(attributes: list[str]) -> str:
    if not attributes:
        return ""
    pairs = zip(map(_local, attributes[::2]), attributes[1::2], strict=True)
    return " ".join(f"{name}={value}" for name, value in pairs if name)


@lru_cache(maxsize=10_000)
def _local(name: str) -> str:
    """Without the prefix of its namespace; nothing for what declares one."""
    return "" if name.startswith("xmlns") else name.rpartition(":")[2]
