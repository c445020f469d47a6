"""Find the pages that are pictures of text, although a few words are typed on them.

Scanners, fax machines and signing services stamp words on a scanned page: a number, a date, the
identity of an envelope. These words are not the page's text.
"""

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from PIL import Image
from pypdfium2 import raw

from ingestion.parsing.pdf import ink

FEW_WORDS = 40  # more are not a stamp, whatever the pictures beside them show

_MIN_WORDS = 5  # shown in a picture; fewer are an emblem
_MOSTLY = 0.3  # share of the page that pictures cover
_PICTURE = 0.05  # share of the page; smaller pictures are ornaments
_RECOGNISED = 5  # words laid under a scan; with so many, an OCR program has read it
_MIN_LETTERS = 20  # objects of a page with drawings of letters
_MAX_PIXELS = 2_000_000
_MAX_OBJECTS = 20_000  # looked at on a page
_MAX_DEPTH = 5  # of drawings in drawings

# Scripts without spaces between words, where two letters count as a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")

_Box = tuple[float, float, float, float]


def is_scan(page: Any, text: str) -> bool:
    """Return whether a page's pictures show far more words than its `text` has.

    Hides the text of such a page, so that only its pictures are drawn.
    """
    if text.count(" ") + text.count("\n") > 2 * FEW_WORDS:  # which is fast, and true of most pages
        return False
    words = _count_words(text)
    if words >= FEW_WORDS:
        return False
    drawn = _Drawn(page)
    if drawn.pictures < _MOSTLY or drawn.recognised_words() >= _RECOGNISED:
        return False
    drawn.hide_text()
    # Photos have some squares that look like words, and titles are above photos.
    return ink.squares_of_text(_rendered(page)) > max(_MIN_WORDS, 2 * words)


def shows_pictures(page: Any) -> bool:
    """Return whether a page without text has pictures on it, or drawings of letters."""
    if _Drawn(page).pictures >= _PICTURE:
        return True
    return raw.FPDFPage_CountObjects(page) >= _MIN_LETTERS and shows_words(page)


def shows_words(page: Any) -> bool:
    """Return whether a page shows more than an emblem or some lines."""
    return ink.squares_of_text(_rendered(page)) > _MIN_WORDS


def _count_words(text: str) -> int:
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


def draw(page: Any, scale: float) -> Image.Image:
    """Return a page in grey, without remarks and fields, since they are read as text."""
    width, height = page.get_size()
    if min(width, height) * scale <= 0:
        return Image.new("L", (1, 1))
    drawing = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
    picture: Image.Image = drawing.to_pil()
    return picture


def _rendered(page: Any) -> Image.Image:
    width, height = page.get_size()
    scale = min(ink.DPI / 72, math.sqrt(_MAX_PIXELS / max(1.0, width * height)))
    return draw(page, scale)


class _Drawn:
    """The pictures and the pieces of text that are drawn on a page.

    `pictures` is the share of the page that pictures cover.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._texts: list[tuple[Any, _Box]] = []
        self._behind = 0  # the number of texts that may be hidden by `_cover`
        self._cover: _Box = (0, 0, 0, 0)
        self.pictures = 0.0
        shown: _Box = page.get_bbox()
        area = max(1.0, _area(shown))
        for place, (kind, item, box) in enumerate(_objects(page)):
            if place == _MAX_OBJECTS:
                break
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._texts.append((item, box))
                continue
            share = _area(_overlap(box, shown)) / area
            self.pictures += share
            if share >= _MOSTLY:
                self._behind, self._cover = len(self._texts), box

    def recognised_words(self) -> int:
        """Count the words that a person does not see, since they are invisible or behind a picture.

        OCR programs write them so.
        """
        texts = [
            item
            for place, (item, box) in enumerate(self._texts)
            if raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            or (place < self._behind and _overlap(box, self._cover) == box)
        ]
        if not texts:
            return 0
        with closing(self._page.get_textpage()) as textpage:
            return sum(_count_words(_text_of(item, textpage)) for item in texts)

    def hide_text(self) -> None:
        for item, _ in self._texts:
            raw.FPDFPageObj_SetIsActive(item, False)


def _text_of(item: Any, textpage: Any) -> str:
    size = raw.FPDFTextObj_GetText(item, textpage, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFTextObj_GetText(item, textpage, buffer, size)
    return bytes(buffer)[:size].decode("utf-16-le", errors="replace").strip("\0")


def _objects(page: Any) -> Iterator[tuple[int, Any, _Box]]:
    """Yield (kind, object, place on the page) of pictures and texts, in the order of drawing."""
    count = raw.FPDFPage_CountObjects(page)
    return _walk(count, lambda place: raw.FPDFPage_GetObject(page, place), ())


def _walk(
    count: int, item_at: Callable[[int], Any], matrices: tuple[Any, ...]
) -> Iterator[tuple[int, Any, _Box]]:
    for place in range(count):
        item = item_at(place)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_FORM and len(matrices) < _MAX_DEPTH:
            matrix = raw.FS_MATRIX()
            raw.FPDFPageObj_GetMatrix(item, matrix)
            inside = raw.FPDFFormObj_CountObjects(item)
            yield from _walk(
                inside,
                lambda place, form=item: raw.FPDFFormObj_GetObject(form, place),  # type: ignore[misc]
                (*matrices, matrix),
            )
        elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT):
            yield kind, item, _place(item, matrices)


def _place(item: Any, matrices: tuple[Any, ...]) -> _Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return (0, 0, 0, 0)
    corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
    for m in reversed(matrices):
        corners = [(m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f) for x, y in corners]
    across, up = zip(*corners, strict=True)
    return (min(across), min(up), max(across), max(up))


def _overlap(one: _Box, other: _Box) -> _Box:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    return (left, bottom, max(left, min(one[2], other[2])), max(bottom, min(one[3], other[3])))


def _area(box: _Box) -> float:
    left, bottom, right, top = box
    return (right - left) * (top - bottom)
