"""The text of one page, with letters repaired that fonts encode wrongly."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.arabic import in_order
from ingestion.parsing.pdf.columns import written_across
from ingestion.parsing.pdf.document import has_wide_characters
from ingestion.parsing.pdf.glyph_names import GlyphNames
from ingestion.parsing.pdf.hyphens import MARK, BrokenWords
from ingestion.parsing.pdf.links import Link, places_of

_GLYPHS_SAMPLED = 32  # because checking all of them would take longer than reading the page

# A font may lack the table from glyphs to characters. PDFium then returns the number of the glyph.
# In TeX's old fonts, glyphs that are not in ASCII have numbers below 32.
_LIGATURES = {
    **dict(zip("\x1b\x1c\x1d\x1e\x1f", ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
    **dict(zip("\x0b\x0c\r\x0e\x0f", ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
}
_LIGATURE = re.compile(r"[\x0b-\x0f\x1b-\x1f](?=[^\W\d_])|(?<=[^\W\d_])[\x0b-\x0f\x1b-\x1f]")

# Adobe's characters for private use: old-style digits, small capitals, bullets of the fonts Symbol
# and Wingdings, and the pieces of large brackets, which are dropped.
_PRIVATE = {
    **{0xF730 + digit: str(digit) for digit in range(10)},
    **{0xF761 + letter: chr(ord("a") + letter) for letter in range(26)},
    **dict.fromkeys((0xF0A7, 0xF0B7), "•"),
    **dict.fromkeys(range(0xF8E5, 0xF8FF)),
}

# Characters that are neither letters nor signs of any script.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\ufff0-\uffff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK_LINES = re.compile(r"\n\s*\n")
_LETTER = re.compile(r"[^\W\d_]")
_VOWEL = re.compile("[aeiouyàáâäåèéêëìíîïòóôöùúûü]", re.IGNORECASE)


class PageTexts:
    """The texts of a document's pages, one after the other."""

    def __init__(self, path: Path) -> None:
        self._broken = BrokenWords()
        self._names = GlyphNames(path)

    def of(self, page: Any, number: int, links: list[Link]) -> tuple[str | None, list[str]]:
        """Return a page's text with the addresses of its links, and addresses beside the text.

        It includes invisible text under a scan. It is None if it is illegible.
        """
        read = _read(page, links)
        if self._names.may_help(read.text):
            with self._names.repaired(page, number) as copy:
                read = _read(copy, links) if copy else read
        text = self._broken.join(read.text)
        if is_legible(text, read.unnamed):
            return repair(text).strip(), read.beside
        return None, read.beside


@dataclass(frozen=True)
class _Read:
    """The text of a page as PDFium reads it, and the addresses of links beside it.

    `unnamed` is the share of glyphs that it could only return as numbers.
    """

    text: str
    beside: list[str]
    unnamed: float


def _read(page: Any, links: list[Link]) -> _Read:
    with closing(page.get_textpage()) as textpage:
        count = textpage.count_chars()
        sample = range(0, count, max(1, count // _GLYPHS_SAMPLED))
        angles = (raw.FPDFText_GetCharAngle(textpage, at) for at in sample[::4])
        quarters = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
        turned = 90 * max(quarters, key=quarters.__getitem__, default=0)  # degrees, clockwise
        text, beside = _lines(page, textpage, links)
        unnamed = [at for at in sample if raw.FPDFText_HasUnicodeMapError(textpage, at) == 1]
    # The page is turned if lines run from top to bottom, because PDFium would begin with the last.
    if text and (turned + page.get_rotation()) % 360 == 90:
        page.set_rotation((360 - turned) % 360)
        with closing(page.get_textpage()) as textpage:
            text, beside = _lines(page, textpage, links)
    return _Read(text, beside, len(unnamed) / max(1, len(sample)))


def _lines(page: Any, textpage: Any, links: list[Link]) -> tuple[str, list[str]]:
    """Return a page's lines, and the addresses of links that belong to no words in them."""
    shown, drawn = page.get_cropbox(fallback_ok=False), page.get_mediabox()
    # A page may show only a part of the drawing, such as one of two pages, so the rest is cut off.
    # Otherwise it is not, because that is slower and cuts lines that run over the page's edge.
    if shown is not None and _area(shown) < 0.8 * _area(drawn):
        return lines(textpage.get_text_bounded()), [link.address for link in links]
    text = textpage.get_text_range()
    if MARK in text:
        text = _without_unknown(text, textpage)
    text = in_order(text, textpage)
    places, beside = places_of(text, textpage, links) if links else ({}, [])
    return lines(_arranged(text, textpage, places)), beside


def _arranged(text: str, textpage: Any, places: dict[int, list[str]]) -> str:
    """Return PDFium's text with columns one after the other and addresses at their places."""
    pieces: list[str] = []
    done = 0
    for start, end, columns in written_across(text, textpage):
        pieces.append(_inserted(text, done, start, places))
        for number, column in enumerate(columns):
            pieces += ["\r\n"] if number else []
            for part, following in zip_longest(column, column[1:]):
                shown = _inserted(text, part.start, part.end, places)
                if not following:
                    pieces.append(shown)
                elif text[part.end : part.end + 1] == MARK or re.search(r"[^\W\d_]-$", shown):
                    pieces += [shown.removesuffix("-"), MARK]
                else:
                    pieces += [shown, "\r\n"]
        done = end
    return "".join([*pieces, _inserted(text, done, len(text), places)])


def _inserted(text: str, start: int, end: int, places: dict[int, list[str]]) -> str:
    if not places:
        return text[start:end]
    pieces = []
    for place in sorted(place for place in places if start < place <= end):
        pieces += [text[start:place], *dict.fromkeys(places[place])]
        start = place
    return "".join([*pieces, text[start:end]])


def _without_unknown(text: str, textpage: Any) -> str:
    """Replace PDFium's mark by U+0000 where it stands for a character that is mapped to that."""
    if not any(raw.FPDFText_GetUnicode(textpage, unit) == 0 for unit, _ in _marks(text)):
        return text
    letters = list(text)
    for unit, place in _marks(text):
        if raw.FPDFText_GetUnicode(textpage, unit) == 0:
            letters[place] = "\0"
    return "".join(letters)


def _marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of marks, in units of UTF-16 and in characters."""
    place, astral, start = text.find(MARK), 0, 0
    is_wide = has_wide_characters(text)
    while place >= 0:
        if is_wide:
            astral += sum(character > "\uffff" for character in text[start:place])
        yield place + astral, place
        start = place
        place = text.find(MARK, place + 1)


def _area(box: tuple[float, float, float, float]) -> float:
    left, bottom, right, top = box
    return abs((right - left) * (top - bottom))


def lines(text: str) -> str:
    """Return PDFium's lines with `\\n` as their ends, and one mark for hyphens at their ends."""
    return text.replace("\r\n", "\n").replace("\x02", MARK)


def is_legible(text: str, unnamed: float) -> bool:
    """Return whether a person could read a text.

    `unnamed` is the share of glyphs that PDFium could only return as numbers. In most fonts the
    numbers are ASCII codes. In others they are shifted, and then there are hardly any vowels.
    """
    odd = len(_ODD.findall(text))
    if odd and odd > len("".join(text.split())) * (0.1 if unnamed > 0.5 else 0.5):
        return False
    if unnamed < 0.5:
        return True
    letters = "".join(_LETTER.findall(text))
    in_ascii = len(letters.encode("ascii", errors="ignore"))
    return len(letters) < 40 or (
        in_ascii > len(letters) / 2 and len(_VOWEL.findall(letters)) > len(letters) * 0.2
    )


def repair(text: str) -> str:
    """Replace ligatures and characters for private use by letters, and drop control characters."""
    if not _ODD.search(text):
        return text
    text = _LIGATURE.sub(lambda found: _LIGATURES[found.group()], text)
    text = _CONTROLS.sub("", text.replace("\r", " ").translate(_PRIVATE))
    return _BLANK_LINES.sub("\n", text)
