"""XML as lines that a person can read: `name: text` for each element that has text of its own.

What lies outside of the file is never fetched, and what its entities unfold to is limited.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from ingestion.parsing.decoding import texts
from ingestion.parsing.plain import in_sections
from ingestion.parsing.sections import Section
from ingestion.parsing.xml.lines import XmlLines


def read_xml(path: Path) -> Iterator[Section]:
    """What is no well-formed XML is left as it is."""
    return in_sections(_lines(path) if _is_well_formed(path) else texts(path))


def _is_well_formed(path: Path) -> bool:
    parser = ParserCreate()
    parser.DefaultHandler = lambda data: None  # with one, entities are not unfolded
    try:
        for _ in _parsed(parser, texts(path), lambda: ""):
            pass
    except ExpatError:
        return False
    return True


def _lines(path: Path) -> Iterator[str]:
    lines = XmlLines()
    yield from filter(None, _parsed(lines.parser, texts(path), lines.take))
    yield lines.end()


def _parsed(parser: XMLParserType, pieces: Iterable[str], take: Callable[[], str]) -> Iterator[str]:
    """What `take` gives after each piece.

    Expat begins an unfinished tag or comment anew with each piece, so while it gets nowhere the
    pieces grow: else a long one would cost time with the square of its length.
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
