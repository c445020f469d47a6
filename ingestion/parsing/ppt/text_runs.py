"""The runs of a text in old PowerPoint: its powers and its links, as specified in [MS-PPT]."""

import re
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from struct import unpack_from

from ingestion.parsing.inline import link, superscript
from ingestion.parsing.ppt import records as ppt
from ingestion.parsing.ppt.records import Record
from ingestion.parsing.symbol_fonts import from_symbol_font, is_symbol_font

# The settings of paragraphs and characters, in the order in which they are stored if one of the
# bits of their mask is set: (mask, bytes).
_OF_PARAGRAPHS = (
    *((0xF, 2), (0x80, 2), (0x10, 2), (0x40, 2), (0x20, 4), (0x800, 2), (0x1000, 2), (0x2000, 2)),
    *((0x4000, 2), (0x100, 2), (0x400, 2), (0x8000, 2), (0x100000, 0), (0x10000, 2), (0xE0000, 2)),
    (0x200000, 2),
)
_TAB_STOPS = 0x100000
_FONT, _SYMBOL_FONT, _POSITION = 0x10000, 0x800000, 0x80000
_OF_CHARACTERS = (
    *((0xFFFF, 2), (_FONT, 2), (0x200000, 2), (0x400000, 2), (_SYMBOL_FONT, 2), (0x20000, 2)),
    *((0x40000, 4), (_POSITION, 2)),
)
_PRIVATE = re.compile("[\uf000-\uf0ff]+")
_NAME = 64  # bytes of a font's name
_TARGET = 1  # the instance number of a link's address


@dataclass(frozen=True, slots=True)
class _Run:
    end: int
    is_raised: bool
    font: str  # of all its letters, if that is a symbol font
    symbol_font: str  # of the letters at private codes


@dataclass
class RawText:
    """The records of one text: its characters, then their settings and links."""

    kind: int
    words: str
    style: Record | None = None
    links: list[tuple[int, int, int]] = field(default_factory=list)  # (begin, end, id)


def raw_texts(records: Iterable[Record], kind: int) -> Iterator[RawText]:
    """Yield the texts in a run of records. The record of a text's type precedes it.

    `kind` is the type of a text without such a record.
    """
    last: RawText | None = None
    clicked = 0
    for record in records:
        if record.type == ppt.TEXT_TYPE:
            kind = record.number(0)
        elif record.type in (ppt.TEXT, ppt.BYTE_TEXT):
            if last is not None:
                yield last
            code = "utf-16-le" if record.type == ppt.TEXT else "latin-1"
            last = RawText(kind, str(record.data, code, "replace"))
        elif record.type == ppt.STYLE and last is not None:
            last.style = record
        elif record.type == ppt.CLICK:
            clicked = link_id(record)
        elif record.type == ppt.CLICKED_TEXT and last is not None:
            last.links.append((record.number(0), record.number(4), clicked))
    if last is not None:
        yield last


def link_id(click: Record) -> int:
    """Return the id of the link that a click follows, or 0."""
    return next((one.number(4) for one in click.records() if one.type == ppt.CLICK_ATOM), 0)


@dataclass(frozen=True)
class Lookups:
    """The fonts and the addresses of links that the texts of a presentation refer to."""

    fonts: dict[int, str]
    addresses: dict[int, str]

    @classmethod
    def of(cls, document: Record) -> "Lookups":
        names = (str(one.data[:_NAME], "utf-16-le", "replace") for one in document.all(ppt.FONT))
        fonts = enumerate(name.partition("\0")[0] for name in names)
        return cls(dict(fonts), _addresses(document))


def _addresses(document: Record) -> dict[int, str]:
    found = {}
    for linked in document.all(ppt.LINK):
        ids = [one.number(0) for one in linked.records() if one.type == ppt.LINK_ATOM]
        targets = [
            str(one.data, "utf-16-le", "replace")
            for one in linked.records()
            if one.type == ppt.STRING and one.instance == _TARGET
        ]
        if ids and targets:
            found[ids[0]] = targets[0]
    return found


def shown(text: RawText, document: Lookups) -> str:
    """Return a text with its powers, its signs, and the addresses of its links."""
    runs = deque(_runs(text, document.fonts))
    pieces, at = [], 0
    for begin, end, number in sorted(text.links):
        if at <= begin < end <= len(text.words) and number in document.addresses:
            pieces.append(_as_shown(text.words, runs, at, begin))
            linked = _as_shown(text.words, runs, begin, end)
            pieces.append(link(linked, document.addresses[number]))
            at = end
    pieces.append(_as_shown(text.words, runs, at, len(text.words)))
    return "".join(pieces)


def _as_shown(words: str, runs: deque[_Run], at: int, end: int) -> str:
    """Return a part of the words, and remove the runs that end in it."""
    pieces = []
    while at < end:
        stop = min(runs[0].end, end) if runs else end
        part = words[at:stop]
        if runs:
            part = _with_signs(part, runs[0])
            part = superscript(part) if runs[0].is_raised else part
        pieces.append(part)
        at = max(at, stop)
        while runs and runs[0].end <= at:
            runs.popleft()
    return "".join(pieces)


def _with_signs(words: str, run: _Run) -> str:
    if is_symbol_font(run.font):
        return from_symbol_font(run.font, words)
    return _PRIVATE.sub(lambda found: from_symbol_font(run.symbol_font, found[0]), words)


def _runs(text: RawText, fonts: dict[int, str]) -> list[_Run]:
    """Return the runs of a text's characters, or none if they cannot be told."""
    if text.style is None:
        return []
    found: list[_Run] = []
    try:
        at = _after_paragraphs(text.style.data, len(text.words))
        place = 0
        while place < len(text.words):
            count, mask = unpack_from("<II", text.style.data, at)
            at += 8
            values = {}
            for bits, size in _OF_CHARACTERS:
                if mask & bits:
                    (values[bits],) = unpack_from("<h", text.style.data, at)
                    at += size
            place += max(count, 1)
            font, symbol_font = (
                fonts.get(values.get(bits, -1), "") for bits in (_FONT, _SYMBOL_FONT)
            )
            found.append(_Run(place, values.get(_POSITION, 0) > 0, font, symbol_font))
    except struct.error:
        return []
    return found


def _after_paragraphs(data: memoryview, length: int) -> int:
    """Return the offset at which the settings of characters begin."""
    at = place = 0
    while place <= length:
        count, _, mask = unpack_from("<IHI", data, at)
        at += 10
        for bits, size in _OF_PARAGRAPHS:
            if mask & bits:
                at += size
                if bits == _TAB_STOPS:
                    at += 2 + 4 * unpack_from("<H", data, at)[0]
        place += max(count, 1)
    return at
