"""The links of a page, written behind the words that lead there."""

import ctypes
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from ingestion.parsing import inline
from ingestion.parsing.pdf.document import has_wide_characters
from ingestion.parsing.pdf.hyphens import MARK

MAX_LINKS = 2_000  # written on a page, because the place of each is searched

_MAX_ADDRESS = 4_000  # bytes
_LINE = 5.0  # points into a box, half the height of a line
_NEAR = 8.0  # points
_TO_FILES = (raw.PDFACTION_REMOTEGOTO, raw.PDFACTION_LAUNCH)

_Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True)
class Link:
    """A place on a page that leads to an address. `boxes` has one for each line of its words."""

    address: str
    boxes: tuple[_Box, ...]


def link_of(document: Any, annotation: Any) -> Link | None:
    """Return the link of an annotation, or None if it leads to a place in the document."""
    link = raw.FPDFAnnot_GetLink(annotation)
    action = link and raw.FPDFLink_GetAction(link)
    if not action:
        return None
    kind = raw.FPDFAction_GetType(action)
    if kind == raw.PDFACTION_URI:
        address = _read(raw.FPDFAction_GetURIPath, document, action)
    elif kind in _TO_FILES:
        address = _read(raw.FPDFAction_GetFilePath, action)
    else:
        return None
    address = inline.link("", address)
    if not address:
        return None
    boxes = list(_quads(link))
    rectangle = raw.FS_RECTF()
    if not boxes and raw.FPDFLink_GetAnnotRect(link, rectangle):
        left, right = sorted((rectangle.left, rectangle.right))
        bottom, top = sorted((rectangle.bottom, rectangle.top))
        boxes = [(left, bottom, right, top)]
    return Link(address, tuple(boxes))


def _read(function: Any, *arguments: Any) -> str:
    size = min(function(*arguments, None, 0), _MAX_ADDRESS)
    buffer = ctypes.create_string_buffer(size + 1)
    function(*arguments, buffer, size)
    return buffer.value.decode(errors="replace").strip()


def _quads(link: Any) -> list[_Box]:
    boxes = []
    for place in range(min(100, raw.FPDFLink_CountQuadPoints(link))):
        quad = raw.FS_QUADPOINTSF()
        if raw.FPDFLink_GetQuadPoints(link, place, quad):
            across = (quad.x1, quad.x2, quad.x3, quad.x4)
            up = (quad.y1, quad.y2, quad.y3, quad.y4)
            boxes.append((min(across), min(up), max(across), max(up)))
    return boxes


def places_of(
    text: str, textpage: Any, links: list[Link]
) -> tuple[dict[int, list[str]], list[str]]:
    """Return the addresses to write into PDFium's text of a page, and those beside it.

    The first have the places in the text, behind the words that lead there. The others belong to no
    words. An address that the words show already is left out.
    """
    beside: list[str] = []
    places: dict[int, list[str]] = {}
    positions = _Positions(text, textpage)
    for link in _joined(links[:MAX_LINKS]):
        if words := positions.of_words(link.boxes):
            start, end = words
            if not _shows(text[start : end + len(link.address) + 5], link.address):
                places.setdefault(end, []).append(f" ({link.address})")
        elif not _shows(text, link.address):
            beside.append(link.address)
    return places, beside


def _shows(text: str, address: str) -> bool:
    """Return whether a text has an address in it, which the end of a line may break."""
    text = "".join(text.split())
    texts = {text.replace(MARK, ""), text.replace(MARK, "-")}
    return any(inline.link(text, address) == text for text in texts)


def _joined(links: list[Link]) -> Iterator[Link]:
    """Yield links, those of several lines as one, since some programs write one for each line."""
    last = None
    for link in links:
        if last and link.address == last.address and _is_next_line(last.boxes[-1], link.boxes[0]):
            last = Link(link.address, last.boxes + link.boxes)
            continue
        if last:
            yield last
        last = link if link.boxes else None
    if last:
        yield last


def _is_next_line(one: _Box, other: _Box) -> bool:
    height = max(one[3] - one[1], 1.0)
    return 0 < one[1] - other[1] < 2 * height


class _Positions:
    """Finds the words at a place on a page."""

    def __init__(self, text: str, textpage: Any) -> None:
        self._text = text
        self._textpage = textpage
        # PDFium counts in units of UTF-16.
        self._astral: list[int] = []
        if has_wide_characters(text):
            unit = 0
            for character in text:
                if character > "\uffff":
                    self._astral.append(unit)
                    unit += 1
                unit += 1

    def of_words(self, boxes: tuple[_Box, ...]) -> tuple[int, int] | None:
        """Return where the words in these boxes begin and end in the text."""
        first, last = boxes[0], boxes[-1]
        start = self._at(first, first[0] + 1, first[3] - min(_LINE, (first[3] - first[1]) / 2))
        end = self._at(last, last[2] - 1, last[1] + min(_LINE, (last[3] - last[1]) / 2))
        if start is None or end is None or end < start:
            return self._searched(last)
        end += 1
        while end < len(self._text) and (self._text[end].isalnum() or self._text[end] == MARK):
            end += 1
        return start, start + len(self._text[start:end].rstrip(" \r\n,;"))

    def _searched(self, box: _Box) -> tuple[int, int] | None:
        """Return the words in a box whose corners are empty, found by what they are."""
        words = self._textpage.get_text_bounded(*box).strip()
        start = self._text.find(words) if words else -1
        return None if start < 0 else (start, start + len(words))

    def _at(self, box: _Box, x: float, y: float) -> int | None:
        """Return the position of the letter in a box that is nearest to a point."""
        near = raw.FPDFText_GetCharIndexAtPos(self._textpage, x, y, _NEAR, _LINE)
        for index in (near, near - 1, near + 1):
            if near >= 0 and index >= 0 and self._is_in(box, index):
                place = index - bisect_left(self._astral, index)
                return place if place < len(self._text) else None
        return None

    def _is_in(self, box: _Box, index: int) -> bool:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if not raw.FPDFText_GetCharBox(self._textpage, index, left, right, bottom, top):
            return False
        x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
        return box[0] <= x <= box[2] and box[1] - 3 <= y <= box[3] + 3
